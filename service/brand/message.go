package brand

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// MessageTemplate is what is sent to consumers on an event.
type MessageTemplate struct {
	Event    model.MessageEvent   `json:"event" yaml:"event"`
	Template string               `json:"template" yaml:"template"`             // WeChat's template id
	Page     string               `json:"page,omitempty" yaml:"page,omitempty"` // of the mini program; {no} and {order} are filled in
	Fields   []model.MessageField `json:"fields" yaml:"fields"`
}

const maxFields = 10

var (
	templateID = regexp.MustCompile(`^[0-9A-Za-z_-]{20,64}$`)
	pagePath   = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_=&{}-]*)?$`)
)

func (c *checker) messages(templates []MessageTemplate) {
	events := map[model.MessageEvent]bool{}
	for i, t := range templates {
		at := fmt.Sprintf("messages[%d].", i)
		c.must(slices.Contains(model.MessageEvents, t.Event) && !events[t.Event], at+"event", "one of %v, each once", model.MessageEvents)
		events[t.Event] = true
		c.match(templateID, at+"template", t.Template, "the id of a template that the mini program has chosen at WeChat")
		c.must(t.Page == "" || len(t.Page) <= 128 && pagePath.MatchString(t.Page), at+"page",
			"a page of the mini program without a slash before it, such as pages/order/detail?no={order}")
		c.must(len(t.Fields) >= 1 && len(t.Fields) <= maxFields, at+"fields", "1 to %d fields", maxFields)
		names := map[string]bool{}
		for k, f := range t.Fields {
			field := fmt.Sprintf("%sfields[%d]", at, k)
			c.must(!names[f.Name], field+".name", "each field once")
			names[f.Name] = true
			problem := f.Problem()
			c.must(problem == "", field, "%s", problem)
			for language := range f.Text {
				// Chinese as well where the shop does not speak it: a phrase has to be.
				c.must(slices.Contains(model.Languages, language), field+".text."+language, "one of %v", model.Languages)
			}
		}
	}
}

// applyMessages makes the brand's templates these and no other.
func applyMessages(tx *gorm.DB, templates []MessageTemplate) error {
	events := make([]model.MessageEvent, 0, len(templates))
	for _, t := range templates {
		events = append(events, t.Event)
		res := tx.Model(&model.MessageTemplate{}).Where("event = ?", t.Event).Updates(map[string]any{
			"template_id": t.Template, "page": t.Page, "fields": model.List[model.MessageField](t.Fields),
		})
		err := res.Error
		if err == nil && res.RowsAffected == 0 {
			err = tx.Create(&model.MessageTemplate{
				Event: t.Event, TemplateID: t.Template, Page: t.Page, Fields: t.Fields,
			}).Error
		}
		if err != nil {
			return fmt.Errorf("message template %s: %w", t.Event, err)
		}
	}
	query := tx.Where("1 = 1")
	if len(events) > 0 {
		query = tx.Where("event NOT IN ?", events)
	}
	if err := query.Delete(&model.MessageTemplate{}).Error; err != nil {
		return fmt.Errorf("remove message templates: %w", err)
	}
	return nil
}

// MessageTemplates are what the brand that ctx carries sends, by event.
func (s *Service) MessageTemplates(ctx context.Context) ([]model.MessageTemplate, error) {
	var all []model.MessageTemplate
	if err := s.db.Read(ctx).Order("event").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("message templates: %w", err)
	}
	return all, nil
}
