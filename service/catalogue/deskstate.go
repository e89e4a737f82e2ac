package catalogue

import (
	"context"
	"encoding/json"
	"fmt"

	"hutong/model"
	"hutong/service/internal/job"
)

// JobPublish is the kind of the job that publishes a product at its time.
const JobPublish = "catalogue.publish"

// StateChange is what becomes of a product.
type StateChange struct {
	State   ProductState `json:"state" enum:"draft,scheduled,published,archived" doc:"draft: consumers do not see it; archived: nor do staff unless they look for it"`
	At      model.Millis `json:"at,omitempty" doc:"When it is published, with scheduled; UTC milliseconds"`
	Version int64        `json:"version,omitempty" doc:"Of the product as it was shown, if it matters"`
}

// SetState publishes a product, now or at a time, withdraws it, or puts it away. Errors: ErrProductNotFound,
// ErrChangedMeanwhile; ErrInvalid at "at" for a time that has passed; ErrNotOneOf at state.
func (s *Service) SetState(ctx context.Context, handle string, in StateChange) (DeskDetail, error) {
	if err := s.setState(ctx, handle, in); err != nil {
		return DeskDetail{}, err
	}
	return s.AtDeskDetail(ctx, handle)
}

func (s *Service) setState(ctx context.Context, handle string, in StateChange) error {
	switch in.State {
	case StateDraft, StatePublished, StateArchived:
		in.At = 0
	case StateScheduled:
		if in.At <= s.now.Now() {
			return model.ErrInvalid.At("at")
		}
	default:
		return model.ErrNotOneOf.With("values", "draft, scheduled, published, archived").At("state")
	}
	return s.change(ctx, func(c *change) error {
		old, err := c.load(handle)
		switch {
		case err != nil:
			return err
		case old.ID == 0:
			return model.ErrProductNotFound
		case in.Version != 0 && in.Version != old.CatalogueVersion:
			return model.ErrChangedMeanwhile
		}
		if err := c.setState(old, in.State, in.At); err != nil || !c.made {
			return err
		}
		if in.State == StateScheduled {
			err := job.Enqueue(c.tx, JobPublish, fmt.Sprintf("%d/%d", old.ID, in.At), publication{handle, in.At}, in.At)
			if err != nil {
				return err
			}
		}
		return c.trail(ctx, "product."+verbs[in.State], handle)
	})
}

// verbs are what the audit log calls the way into a state.
var verbs = map[ProductState]string{
	StateDraft: "withdraw", StateScheduled: "schedule", StatePublished: "publish", StateArchived: "archive",
}

// setState is the step that brings a product into a state.
func (c *change) setState(old stored, to ProductState, at model.Millis) error {
	row := old.Product
	row.Published, row.PublishAt, row.Archived = to == StatePublished, at, to == StateArchived
	if row.Published && !old.Published {
		row.PublishedAt = c.now
	}
	before, after := columns(old.Product), columns(row)
	if same(before, after) {
		return nil
	}
	c.made = true
	c.noteColumns("", before, after)
	err := c.tx.Model(&model.Product{}).Where("id = ?", old.ID).Updates(map[string]any{
		"published": row.Published, "published_at": row.PublishedAt, "publish_at": row.PublishAt, "archived": row.Archived,
		"catalogue_version": c.version,
	}).Error
	if err != nil {
		return fmt.Errorf("product %s: %w", old.Handle, err)
	}
	return nil
}

// publication is the payload of JobPublish.
type publication struct {
	Handle string       `json:"handle"`
	At     model.Millis `json:"at"`
}

// publishDue publishes a product whose time has come, unless staff have thought better of it.
func (s *Service) publishDue(ctx context.Context, j model.Job) error {
	var p publication
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	return s.change(ctx, func(c *change) error {
		old, err := c.load(p.Handle)
		if err != nil || old.ID == 0 || old.Published || old.Archived || old.PublishAt != p.At {
			return err
		}
		if err := c.setState(old, StatePublished, 0); err != nil {
			return err
		}
		return c.trail(ctx, "product.publish", p.Handle)
	})
}
