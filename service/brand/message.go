package brand

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
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

func (c *checker) messages(list string, templates []MessageTemplate) {
	events := map[model.MessageEvent]bool{}
	for i, t := range templates {
		at := fmt.Sprintf("%s[%d].", list, i)
		c.must(slices.Contains(model.MessageEvents, t.Event) && !events[t.Event], at+"event", "one of %v, each once", model.MessageEvents)
		events[t.Event] = true
		c.message(at, t)
	}
}

func (c *checker) message(at string, t MessageTemplate) {
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

// MessageSettings are all the messages that a brand sends.
type MessageSettings struct {
	Templates []MessageTemplate `json:"templates" maxItems:"20" doc:"By event; of an event without one consumers are not told"`
	Version   string            `json:"version" maxLength:"32" doc:"The one that was read: when it is not the present one any more, the answer is changed_meanwhile"`
}

// Messages are those of the brand that ctx carries.
func (s *Service) Messages(ctx context.Context) (MessageSettings, error) {
	return messageSettings(s.db.Read(ctx))
}

func messageSettings(tx *gorm.DB) (MessageSettings, error) {
	var all []model.MessageTemplate
	if err := tx.Order("event").Find(&all).Error; err != nil {
		return MessageSettings{}, fmt.Errorf("message templates: %w", err)
	}
	m := MessageSettings{Templates: []MessageTemplate{}}
	for _, t := range all {
		m.Templates = append(m.Templates, MessageTemplate{Event: t.Event, Template: t.TemplateID, Page: t.Page, Fields: t.Fields})
	}
	m.Version = versionOf(m.Templates)
	return m, nil
}

// SetMessages makes the templates of the brand that ctx carries these and no other. Errors: model.Errs, each with its
// field; ErrChangedMeanwhile.
func (s *Service) SetMessages(ctx context.Context, in MessageSettings) (MessageSettings, error) {
	c := &checker{}
	if c.messages("templates", in.Templates); len(c.errs) > 0 {
		return MessageSettings{}, c.errs
	}
	var after MessageSettings
	_, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		before, err := messageSettings(tx)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return model.ErrChangedMeanwhile
		}
		if err := applyMessages(tx, in.Templates); err != nil {
			return err
		}
		if after, err = messageSettings(tx); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "messages.change", subject(b), before.Templates, after.Templates)
	})
	return after, err
}
