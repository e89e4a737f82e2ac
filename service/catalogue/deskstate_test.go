package catalogue_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/catalogue"
)

func TestStatesOfAProduct(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		s.create(ring("ring"))
		set := func(to catalogue.ProductState, at model.Millis) {
			t.Helper()
			d, err := s.SetState(s.ctx, "ring", catalogue.StateChange{State: to, At: at})
			if err != nil || d.State != to {
				t.Errorf("%s: %s, %v", to, d.State, err)
			}
			_, err = s.Product(s.ctx, "ring")
			if (err == nil) != (to == catalogue.StatePublished) {
				t.Errorf("consumers, %s: %v", to, err)
			}
		}
		set(catalogue.StatePublished, 0)
		set(catalogue.StateDraft, 0)
		if _, err := s.SetState(s.ctx, "ring", catalogue.StateChange{State: catalogue.StateScheduled, At: model.At(s.now)}); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("a time that has passed: %v", err)
		}
		at := model.At(s.now.Add(time.Hour))
		set(catalogue.StateScheduled, at)
		var jobs []model.Job
		if err := s.db.Read(s.ctx).Where("kind = ?", catalogue.JobPublish).Find(&jobs).Error; err != nil || len(jobs) != 1 || jobs[0].RunAt != at {
			t.Fatalf("%+v, %v", jobs, err)
		}
		d, err := s.AtDeskDetail(s.ctx, "ring")
		if err != nil {
			t.Fatal(err)
		}
		if d, err = s.Change(s.ctx, "ring", input(d)); err != nil || d.PublishAt != at {
			t.Errorf("a change has taken the time away: %+v, %v", d, err)
		}
		set(catalogue.StateArchived, 0)
		in := input(d)
		in.Version, in.Vendor = s.version("ring"), "Other"
		if d, err = s.Change(s.ctx, "ring", in); err != nil || d.State != catalogue.StateArchived {
			t.Errorf("a change has brought it back: %+v, %v", d, err)
		}
		rows, _, err := s.AtDesk(s.ctx, catalogue.DeskQuery{Limit: 10})
		if err != nil || len(rows) != 0 {
			t.Errorf("what is put away is in the list: %+v, %v", rows, err)
		}
	})
}

func (s *shop) version(handle string) int64 {
	s.t.Helper()
	d, err := s.AtDeskDetail(s.ctx, handle)
	if err != nil {
		s.t.Fatal(err)
	}
	return d.Version
}

func TestCopiesAndActions(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		c, err := s.Copy(s.ctx, "copy-0001", "ring")
		if err != nil || c.Handle != "ring-copy" || c.State != catalogue.StateDraft || c.SKUs[0].OnHand != 0 ||
			c.SKUs[0].No == d.SKUs[0].No || c.SKUs[0].Code != "R-12" || c.Title["zh-CN"] != "戒指" {
			t.Errorf("%+v, %v", c, err)
		}
		if again, err := s.Copy(s.ctx, "copy-0002", "ring"); err != nil || again.Handle != "ring-copy-2" {
			t.Errorf("%s, %v", again.Handle, err)
		}
		s.category(catalogue.CategorySpec{Slug: "rings", Name: text("Rings")})
		for _, a := range []catalogue.BulkAction{
			{Action: "publish"}, {Action: "add_category", Category: "rings"}, {Action: "add_tag", Tag: "new"}, {Action: "remove_tag", Tag: "gold"},
		} {
			a.Handles = []string{"ring", "nothing", "ring-copy"}
			refused, err := s.Act(s.ctx, a)
			if err != nil || refused[0] != nil || !errors.Is(refused[1], model.ErrProductNotFound) || refused[2] != nil {
				t.Errorf("%s: %v, %v", a.Action, refused, err)
			}
		}
		for _, handle := range []string{"ring", "ring-copy"} {
			d, err := s.AtDeskDetail(s.ctx, handle)
			if err != nil || d.State != catalogue.StatePublished || fmt.Sprint(d.Categories, d.Tags) != "[rings] [new]" || len(d.SKUs) != 2 {
				t.Errorf("%+v, %v", d, err)
			}
		}
		for name, a := range map[string]catalogue.BulkAction{
			"no category": {Action: "add_category"}, "another category": {Action: "add_category", Category: "x"}, "no tag": {Action: "add_tag"}, "what?": {Action: "sell"},
			"too many": {Action: "publish", Handles: make([]string, 101)},
		} {
			if _, err := s.Act(s.ctx, a); err == nil {
				t.Error(name)
			}
		}
	})
}

// A product is published at its time, and not at one that staff have given up.
func TestPublishedAtItsTime(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		s.create(ring("ring"))
		state := func() catalogue.ProductState {
			t.Helper()
			s.runJobs()
			d, err := s.AtDeskDetail(s.ctx, "ring")
			if err != nil {
				t.Fatal(err)
			}
			return d.State
		}
		for _, ahead := range []time.Duration{time.Hour, 3 * time.Hour} {
			if _, err := s.SetState(s.ctx, "ring", catalogue.StateChange{State: catalogue.StateScheduled, At: model.At(s.now.Add(ahead))}); err != nil {
				t.Fatal(err)
			}
		}
		s.now = s.now.Add(2 * time.Hour)
		if got := state(); got != catalogue.StateScheduled {
			t.Errorf("at a time given up: %s", got)
		}
		s.now = s.now.Add(2 * time.Hour)
		if got := state(); got != catalogue.StatePublished {
			t.Errorf("at its time: %s", got)
		}
		if got := fmt.Sprint(s.actions()); got != "[product.create product.schedule product.schedule product.publish]" {
			t.Error(got)
		}
	})
}
