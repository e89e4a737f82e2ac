package groupbuy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/message"
	"hutong/service/order"
	"hutong/service/payment"
)

// end is the job that ends a group whose time is up. First every order that is not paid yet is ended, which asks
// WeChat: who paid in time is in, however late the notification. Then there are enough, or all get their money back.
func (s *Service) end(ctx context.Context, j model.Job) error {
	g, err := s.groupOf(ctx, j)
	if err != nil || g == nil || g.Status != model.GroupOpen {
		return err
	}
	now := s.now.Now()
	if now < g.ExpiresAt {
		return job.Later(g.ExpiresAt)
	}
	pending, err := unpaid(s.db.Read(ctx), g.ID)
	if err != nil {
		return err
	}
	for _, id := range pending {
		if err := s.payments.EndUnpaid(ctx, id, reasonOver); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		g, err := lock(tx, g.ID)
		if err != nil || g.Status != model.GroupOpen {
			return err
		}
		pending, err := unpaid(tx, g.ID)
		if err != nil {
			return err
		}
		if len(pending) > 0 { // placed in the last moment
			return job.Later(now.Add(time.Second))
		}
		if g.MinSize > 0 {
			formed, err := advanceGroup(tx, g, model.GroupFormed, "", now, "min_size > 0 AND paid >= min_size AND reserved = 0")
			if err != nil {
				return err
			}
			if formed {
				return confirm(tx, g, now)
			}
		}
		return fail(tx, g, model.GroupExpired, reasonTooFew, now)
	})
}

// unpaid are the orders of a group that can still be paid.
func unpaid(tx *gorm.DB, groupID int64) (orderIDs []int64, err error) {
	err = tx.Model(&model.GroupSeat{}).
		Joins("JOIN orders ON orders.brand_id = group_seats.brand_id AND orders.id = group_seats.order_id").
		Where("group_seats.group_id = ? AND orders.status = ?", groupID, model.OrderPending).
		Order("group_seats.id").Pluck("group_seats.order_id", &orderIDs).Error
	if err != nil {
		return nil, fmt.Errorf("unpaid orders of group %d: %w", groupID, err)
	}
	return orderIDs, nil
}

// fail ends a locked group so that everybody who has paid gets the money back. Who has not is told that it is over.
func fail(tx *gorm.DB, g *model.Group, to model.GroupStatus, reason string, now model.Millis) error {
	failed, err := advanceGroup(tx, g, to, reason, now, "1 = 1")
	if err != nil || !failed {
		return err
	}
	reserved, err := seatsOf(tx, g.ID, model.SeatReserved)
	if err != nil {
		return err
	}
	for i := range reserved {
		if err := release(tx, g, &reserved[i], reason); err != nil {
			return err
		}
		if err := endOrder(tx, reserved[i].OrderID, reasonOver, now); err != nil {
			return err
		}
	}
	paid, err := seatsOf(tx, g.ID, model.SeatPaid)
	if err != nil {
		return err
	}
	for i := range paid {
		seat := &paid[i]
		also := leave(seat)
		also["reason"] = reason
		if err := advanceSeat(tx, seat, model.SeatRefunding, reason, also); err != nil {
			return err
		}
		if err := giveBack(tx, seat.PriceID, seat.Quantity); err != nil {
			return err
		}
		var no string
		if err := tx.Model(&model.Order{}).Where("id = ?", seat.OrderID).Pluck("no", &no).Error; err != nil {
			return fmt.Errorf("order %d: %w", seat.OrderID, err)
		}
		if err := oweBack(tx, seat.ID, no, now); err != nil {
			return err
		}
	}
	return nil
}

// groupOf is the group that a job is about.
func (s *Service) groupOf(ctx context.Context, j model.Job) (*model.Group, error) {
	var p groupPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return nil, err
	}
	var g model.Group
	if err := s.db.Read(ctx).Where("id = ?", p.GroupID).Take(&g).Error; database.IsNotFound(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("group %d: %w", p.GroupID, err)
	}
	return &g, nil
}

// caseWait is how often it is asked whether an after-sale case has let go of the pieces of a member whose money goes
// back.
const caseWait = 10 * time.Minute

// refund is the job that gives a member's money back: all that has not gone back another way, or is about to.
func (s *Service) refund(ctx context.Context, j model.Job) error {
	var p refundPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	claimed := false
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		claimed = false
		var seat model.GroupSeat
		if err := tx.Where("id = ?", p.SeatID).Take(&seat).Error; err != nil {
			return fmt.Errorf("seat %d: %w", p.SeatID, err)
		}
		if seat.Status != model.SeatRefunding {
			return nil
		}
		o, err := order.Lock(tx, seat.OrderID)
		if err != nil {
			return err
		}
		if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
			return fmt.Errorf("lines of order %s: %w", o.No, err)
		}
		if err := s.tellFailed(ctx, tx, seat, o); err != nil {
			return err
		}
		wish := payment.RefundWish{Reason: payment.ReasonGroup}
		for _, l := range o.Lines {
			claimed = claimed || l.Claimed > 0
			if n := l.Quantity - l.Refunded - l.Claimed; n > 0 {
				wish.Lines = append(wish.Lines, payment.RefundPart{LineID: l.ID, Quantity: n})
			}
		}
		if len(wish.Lines) > 0 {
			if _, err := s.payments.RefundOrder(ctx, tx, o, wish); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && claimed { // the case gives these back, or lets go of them
		err = job.Later(s.now.Now().Add(caseWait))
	}
	return err
}

// cancelGroups is the job that cancels the open groups of a cancelled campaign.
func (s *Service) cancelGroups(ctx context.Context, j model.Job) error {
	var p campaignPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	var ids []int64
	err := s.db.Read(ctx).Model(&model.Group{}).Where("campaign_id = ? AND status = ?", p.CampaignID, model.GroupOpen).
		Order("id").Pluck("id", &ids).Error
	if err != nil {
		return fmt.Errorf("groups of campaign %d: %w", p.CampaignID, err)
	}
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			g, err := lock(tx, id)
			if err != nil {
				return err
			}
			return fail(tx, g, model.GroupCancelled, reasonCancelled, s.now.Now())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// campaignPayload is the payload of JobCancel.
type campaignPayload struct {
	CampaignID int64 `json:"campaign_id"`
}

// tellFailed tells a member that there is no group for them, and that the money goes back.
func (s *Service) tellFailed(ctx context.Context, tx *gorm.DB, seat model.GroupSeat, o *model.Order) error {
	var no string
	if err := tx.Model(&model.Group{}).Where("id = ?", seat.GroupID).Pluck("no", &no).Error; err != nil {
		return fmt.Errorf("group %d: %w", seat.GroupID, err)
	}
	return s.messages.Tell(ctx, tx, message.Note{
		UserID: o.UserID, Event: model.MessageGroupFailed, Subject: no, Facts: factsOf(o, s.now.Now()),
	})
}

func factsOf(o *model.Order, at model.Millis) model.MessageFacts {
	f := model.MessageFacts{Order: o.No, Amount: o.TotalFen, At: at}
	if len(o.Lines) > 0 {
		f.Goods = o.Lines[0].Title
	}
	return f
}

// tell is the job that tells the members of a group that it has formed.
func (s *Service) tell(ctx context.Context, j model.Job) error {
	g, err := s.groupOf(ctx, j)
	if err != nil || g == nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		var orders []model.Order
		err := tx.Model(&model.Order{}).
			Joins("JOIN group_seats ON group_seats.brand_id = orders.brand_id AND group_seats.order_id = orders.id").
			Where("group_seats.group_id = ? AND group_seats.status = ?", g.ID, model.SeatConfirmed).Order("orders.id").Find(&orders).Error
		if err != nil {
			return fmt.Errorf("orders of group %s: %w", g.No, err)
		}
		for i := range orders {
			o := &orders[i]
			if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
				return fmt.Errorf("lines of order %s: %w", o.No, err)
			}
			note := message.Note{UserID: o.UserID, Event: model.MessageGroupFormed, Subject: g.No, Facts: factsOf(o, g.EndedAt)}
			if err := s.messages.Tell(ctx, tx, note); err != nil {
				return err
			}
		}
		return nil
	})
}
