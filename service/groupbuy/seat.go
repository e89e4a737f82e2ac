package groupbuy

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/internal/person"
	"hutong/service/order"
)

// Participant gives an order its seat in a group, and takes it back. An order without a group costs no statement.
type Participant struct {
	order.Bystander
	Now   model.Clock
	NewNo func() string
}

// Placed implements order.Participant: it opens a group, or takes a seat of one. Errors: ErrCampaignOver, ErrGroupOver,
// ErrGroupFull, ErrInGroup, ErrNewOnly, ErrGroupLimit, ErrOutOfStock; ErrTotalLimit for an order of nothing.
func (p Participant) Placed(_ context.Context, tx *gorm.DB, orders ...*model.Order) error {
	for _, o := range orders {
		if o.GroupWish == nil {
			continue
		}
		if err := p.placed(tx, o); err != nil {
			return err
		}
	}
	return nil
}

func (p Participant) placed(tx *gorm.DB, o *model.Order) error {
	if o.TotalFen == 0 { // WeChat's time decides who is in, and WeChat gives back: what costs nothing is for no group
		return model.ErrTotalLimit
	}
	line, now := o.Lines[0], p.Now.Now()
	t, err := termsOf(tx, *o.GroupWish, line.SKUID)
	if err != nil {
		return err
	}
	// Two orders of one consumer count each other, and no name comes into a group after the account is deleted.
	if _, err := person.Lock(tx, o.UserID); err != nil {
		return err
	}
	if problem, err := t.buyer(tx, o.UserID, line.Quantity); err != nil || problem != nil {
		return refusal(problem, err)
	}
	seat := &model.GroupSeat{
		CampaignID: t.campaign.ID, PriceID: t.price.ID, UserID: o.UserID, OrderID: o.ID, Quantity: line.Quantity,
		Status: model.SeatReserved, Leader: t.group == nil, Name: model.MaskName(o.Place.Name),
		Holder: o.UserID, Newcomer: -o.ID, Holding: true, ExpiresAt: min(now.Add(Hold), o.ExpiresAt),
	}
	if t.group == nil {
		if t.group, err = p.open(tx, t, o, now); err != nil {
			return err
		}
	} else {
		if t.group, err = p.join(tx, t.group, o, now); err != nil {
			return err
		}
		if err := invited(tx, seat, t.group.ID, o.GroupWish.From); err != nil {
			return err
		}
	}
	seat.GroupID = t.group.ID
	if err := tx.Create(seat).Error; database.IsDuplicate(err) {
		return model.ErrInGroup
	} else if err != nil {
		return fmt.Errorf("seat of order %s: %w", o.No, err)
	}
	taken, err := take(tx, t.price.ID, line.Quantity)
	if err == nil && !taken {
		err = model.ErrOutOfStock.At("lines[0]")
	}
	if err != nil {
		return err
	}
	o.Group = &model.OrderGroup{Campaign: t.campaign.No, No: t.group.No, Status: t.group.Status, Seat: seat.Status}
	return note(tx, seatEvent(&model.GroupSeat{ID: seat.ID, GroupID: seat.GroupID}, model.SeatReserved, ""))
}

func refusal(problem *model.Error, err error) error {
	if err != nil {
		return err
	}
	return problem
}

// open opens a group with a seat reserved for who opens it.
func (p Participant) open(tx *gorm.DB, t terms, o *model.Order, now model.Millis) (*model.Group, error) {
	if problem := t.opens(now); problem != nil {
		return nil, problem
	}
	g := &model.Group{
		No: p.NewNo(), CampaignID: t.campaign.ID, ProductID: t.campaign.ProductID, LeaderID: o.UserID,
		Status: model.GroupOpen, Size: t.campaign.Size, MinSize: t.campaign.MinSize, NewOnly: t.campaign.NewOnly,
		Reserved: 1, ExpiresAt: now.Add(time.Duration(t.campaign.Life) * time.Second),
	}
	if err := tx.Create(g).Error; err != nil {
		return nil, fmt.Errorf("group: %w", err)
	}
	if err := note(tx, model.GroupEvent{GroupID: g.ID, ToState: string(g.Status)}); err != nil {
		return nil, err
	}
	return g, job.Enqueue(tx, JobEnd, g.No, groupPayload{g.ID}, g.ExpiresAt)
}

// join reserves a seat of a group in which somebody has paid. A reserved seat whose time has passed is free for whoever
// comes.
func (p Participant) join(tx *gorm.DB, g *model.Group, o *model.Order, now model.Millis) (*model.Group, error) {
	g, err := lock(tx, g.ID)
	if err != nil {
		return nil, err
	}
	reserve := func() (bool, error) {
		return change[model.Group](tx, g.ID, map[string]any{"reserved": gorm.Expr("reserved + 1")},
			"status = ? AND expires_at > ? AND paid > 0 AND paid + reserved < size", model.GroupOpen, now)
	}
	got, err := reserve()
	if err == nil && !got {
		var freed bool
		if freed, err = p.lapse(tx, g, o.ID, now); err == nil && freed {
			got, err = reserve()
		}
	}
	switch {
	case err != nil:
		return nil, err
	case got:
		return g, nil
	case g.Status == model.GroupFormed || g.Status == model.GroupOpen && g.ExpiresAt > now && g.Paid > 0:
		return nil, model.ErrGroupFull
	}
	return nil, model.ErrGroupOver
}

// lapse releases the reserved seat of a locked group whose time passed first, if there is one, and ends its order; not
// that of the order besides.
func (p Participant) lapse(tx *gorm.DB, g *model.Group, besides int64, now model.Millis) (freed bool, err error) {
	if g.Status != model.GroupOpen {
		return false, nil
	}
	var seat model.GroupSeat
	err = tx.Clauses(forUpdate).
		Where("group_id = ? AND status = ? AND expires_at <= ? AND order_id <> ?", g.ID, model.SeatReserved, now, besides).
		Order("expires_at, id").Take(&seat).Error
	if database.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("seats of group %s: %w", g.No, err)
	}
	if err := release(tx, g, &seat, reasonLapsed); err != nil {
		return false, err
	}
	return true, endOrder(tx, seat.OrderID, reasonLapsed, now)
}

// release frees a reserved seat of a locked group.
func release(tx *gorm.DB, g *model.Group, seat *model.GroupSeat, reason string) error {
	also := leave(seat)
	also["reason"] = reason
	if err := advanceSeat(tx, seat, model.SeatReleased, reason, also); err != nil {
		return err
	}
	if err := unreserve(tx, g); err != nil {
		return err
	}
	return giveBack(tx, seat.PriceID, seat.Quantity)
}

func unreserve(tx *gorm.DB, g *model.Group) error {
	g.Reserved--
	return must[model.Group](tx, g.ID, map[string]any{"reserved": gorm.Expr("reserved - 1")}, "reserved > 0")
}

// invited notes through whose link a member comes: from counts the group's seats from 1.
func invited(tx *gorm.DB, seat *model.GroupSeat, groupID int64, from int) error {
	inviter, err := seatNumber(tx, groupID, from)
	if err != nil || inviter == nil || inviter.UserID == seat.UserID {
		return err
	}
	seat.InviterID, seat.Depth = inviter.ID, inviter.Depth+1
	return nil
}

// seatNumber is a seat by its place among all that a group ever had, from 1; nil when there is none.
func seatNumber(tx *gorm.DB, groupID int64, n int) (*model.GroupSeat, error) {
	if n < 1 {
		return nil, nil
	}
	var seats []model.GroupSeat
	if err := tx.Where("group_id = ?", groupID).Order("id").Offset(n - 1).Limit(1).Find(&seats).Error; err != nil {
		return nil, fmt.Errorf("seats of group %d: %w", groupID, err)
	}
	if len(seats) == 0 {
		return nil, nil
	}
	return &seats[0], nil
}

// Paid implements order.Participant: the seat is the member's, or, when it cannot be any more, the money goes back.
// It refuses no money.
func (p Participant) Paid(_ context.Context, tx *gorm.DB, o *model.Order) error {
	if !o.InGroup {
		return nil
	}
	seat, g, err := seatOf(tx, o.ID)
	if err != nil || seat == nil || !model.SeatFlow.Allows(seat.Status, model.SeatRefunding) || seat.Status == model.SeatPaid {
		return err
	}
	now := p.Now.Now()
	reason, err := p.admit(tx, g, seat, o, now)
	if err != nil {
		return err
	}
	if reason != "" {
		return p.refuse(tx, g, seat, o, reason, now)
	}
	return complete(tx, g, now)
}

// admit makes a seat paid, or tells why it cannot be: then only who holds it may have changed.
func (p Participant) admit(
	tx *gorm.DB, g *model.Group, seat *model.GroupSeat, o *model.Order, now model.Millis,
) (reason string, err error) {
	if reason, err = p.stillFor(tx, g, seat, o); err != nil || reason != "" {
		return reason, err
	}
	if seat.Status == model.SeatReserved {
		moved, err := change[model.Group](tx, g.ID,
			map[string]any{"reserved": gorm.Expr("reserved - 1"), "paid": gorm.Expr("paid + 1")},
			"status = ? AND expires_at > ? AND reserved > 0", model.GroupOpen, o.PaidAt)
		if err != nil || !moved {
			return reasonOver, err
		}
		g.Reserved--
	} else if reason, err = p.reseat(tx, g, seat, o, now); err != nil || reason != "" {
		return reason, err
	}
	g.Paid++
	return "", advanceSeat(tx, seat, model.SeatPaid, "", map[string]any{
		"paid_at": o.PaidAt, "counted": true, "holding": true, "reason": "",
	})
}

// stillFor tells why a group is not for who has paid, or "". That somebody is new, and has one seat alone, their seats
// themselves decide: the indexes refuse a second.
func (p Participant) stillFor(tx *gorm.DB, g *model.Group, seat *model.GroupSeat, o *model.Order) (reason string, err error) {
	switch {
	case g.Status == model.GroupFormed:
		return reasonFull, nil
	case g.Status != model.GroupOpen:
		return reasonOver, nil
	}
	mine := map[string]any{"holder": o.UserID}
	if g.NewOnly {
		if bought, err := hasBought(tx, o.UserID, o.ID); err != nil || bought {
			return reasonNewOnly, err
		}
		mine["newcomer"] = o.UserID
	}
	_, err = change[model.GroupSeat](tx, seat.ID, mine, "1 = 1")
	if database.IsDuplicate(err) {
		if g.NewOnly && seat.Holder == o.UserID {
			return reasonNewOnly, nil
		}
		return reasonTwice, nil
	}
	return "", err
}

// reseat gives who lost their seat before they paid another one of the same group, if there is one.
func (p Participant) reseat(
	tx *gorm.DB, g *model.Group, seat *model.GroupSeat, o *model.Order, now model.Millis,
) (reason string, err error) {
	within, err := withinLimit(tx, seat)
	if err != nil || !within {
		return reasonLimit, err
	}
	sit := func() (bool, error) {
		return change[model.Group](tx, g.ID, map[string]any{"paid": gorm.Expr("paid + 1")},
			"status = ? AND expires_at > ? AND paid + reserved < size", model.GroupOpen, o.PaidAt)
	}
	got, err := sit()
	if err == nil && !got {
		var freed bool
		if freed, err = p.lapse(tx, g, o.ID, now); err == nil && freed {
			got, err = sit()
		}
	}
	if err != nil || !got {
		if o.PaidAt >= g.ExpiresAt {
			return reasonOver, err
		}
		return reasonFull, err
	}
	taken, err := take(tx, seat.PriceID, seat.Quantity)
	if err != nil || taken {
		return "", err
	}
	// The pieces are gone: the seat stays free.
	return reasonQuota, must[model.Group](tx, g.ID, map[string]any{"paid": gorm.Expr("paid - 1")}, "paid > 0")
}

func withinLimit(tx *gorm.DB, seat *model.GroupSeat) (bool, error) {
	var c model.GroupCampaign
	if err := tx.Where("id = ?", seat.CampaignID).Take(&c).Error; err != nil {
		return false, fmt.Errorf("campaign %d: %w", seat.CampaignID, err)
	}
	if c.UserLimit == 0 {
		return true, nil
	}
	var u model.User
	if err := tx.Clauses(forUpdate).Select("id").Where("id = ?", seat.UserID).Take(&u).Error; err != nil {
		return false, fmt.Errorf("user %d: %w", seat.UserID, err)
	}
	held, err := heldBy(tx, c.ID, seat.UserID)
	return held+seat.Quantity <= c.UserLimit, err
}

// refuse owes back the money of who has no seat.
func (p Participant) refuse(tx *gorm.DB, g *model.Group, seat *model.GroupSeat, o *model.Order, reason string, now model.Millis) error {
	was := seat.Status
	also := leave(seat)
	also["reason"], also["paid_at"] = reason, o.PaidAt
	if err := advanceSeat(tx, seat, model.SeatRefunding, reason, also); err != nil {
		return err
	}
	if was == model.SeatReserved {
		if err := unreserve(tx, g); err != nil {
			return err
		}
		if err := giveBack(tx, seat.PriceID, seat.Quantity); err != nil {
			return err
		}
		if err := abandon(tx, g, now); err != nil {
			return err
		}
	}
	return oweBack(tx, seat.ID, o.No, now)
}

// complete forms a locked group when all its seats are paid.
func complete(tx *gorm.DB, g *model.Group, now model.Millis) error {
	formed, err := advanceGroup(tx, g, model.GroupFormed, "", now, "paid = size")
	if err != nil || !formed {
		return err
	}
	return confirm(tx, g, now)
}

// confirm gives the members of a group that has formed what they paid for.
func confirm(tx *gorm.DB, g *model.Group, now model.Millis) error {
	seats, err := seatsOf(tx, g.ID, model.SeatPaid)
	if err != nil {
		return err
	}
	events := make([]model.GroupEvent, len(seats))
	for i := range seats {
		events[i] = seatEvent(&seats[i], model.SeatConfirmed, "")
	}
	res := tx.Model(&model.GroupSeat{}).Where("group_id = ? AND status IN ?", g.ID, model.SeatFlow[model.SeatConfirmed]).
		Updates(map[string]any{"status": model.SeatConfirmed, "confirmed_at": now})
	switch {
	case res.Error != nil:
		return fmt.Errorf("seats of group %s: %w", g.No, res.Error)
	case res.RowsAffected != int64(g.Paid) || len(seats) != g.Paid:
		return fmt.Errorf("group %s, %d of %d seats: %w", g.No, res.RowsAffected, g.Paid, ErrInconsistent)
	}
	if err := note(tx, events...); err != nil {
		return err
	}
	return job.Enqueue(tx, JobTell, g.No, groupPayload{g.ID}, now)
}

// seatsOf are the seats of a locked group in a state, by id.
func seatsOf(tx *gorm.DB, groupID int64, status model.SeatStatus) (seats []model.GroupSeat, err error) {
	err = tx.Clauses(forUpdate).Where("group_id = ? AND status = ?", groupID, status).Order("id").Find(&seats).Error
	if err != nil {
		return nil, fmt.Errorf("seats of group %d: %w", groupID, err)
	}
	return seats, nil
}

// Closed implements order.Participant: who leaves, or does not pay, frees the seat.
func (p Participant) Closed(_ context.Context, tx *gorm.DB, o *model.Order) error {
	if !o.InGroup {
		return nil
	}
	seat, g, err := seatOf(tx, o.ID)
	if err != nil || seat == nil || seat.Status != model.SeatReserved {
		return err
	}
	if err := release(tx, g, seat, reasonUnpaid); err != nil {
		return err
	}
	return abandon(tx, g, p.Now.Now())
}

// abandon ends an open group in which nobody is left.
func abandon(tx *gorm.DB, g *model.Group, now model.Millis) error {
	if g.Status != model.GroupOpen {
		return nil
	}
	_, err := advanceGroup(tx, g, model.GroupCancelled, reasonEmpty, now, "paid + reserved = 0")
	return err
}

// Refunded implements order.Participant: a member whose money has all gone back leaves the group, unless it has formed:
// that stays as it is.
func (p Participant) Refunded(_ context.Context, tx *gorm.DB, r *model.Refund) error {
	if r.Kind == model.RefundLate {
		return nil
	}
	seat, g, err := seatOf(tx, r.OrderID)
	if err != nil || seat == nil || !model.SeatFlow.Allows(seat.Status, model.SeatRefunded) {
		return err
	}
	if whole, err := gaveAllBack(tx, r.OrderID); err != nil || !whole {
		return err
	}
	return p.withdraw(tx, g, seat)
}

// withdraw takes a member whose money has gone back out of a locked group.
func (p Participant) withdraw(tx *gorm.DB, g *model.Group, seat *model.GroupSeat) error {
	held, counts := seat.Holding, seat.Counted && g.Status == model.GroupOpen
	also := leave(seat)
	if counts {
		also["counted"] = false
	}
	if seat.Reason == "" {
		also["reason"] = reasonRefunded
	}
	if err := advanceSeat(tx, seat, model.SeatRefunded, seat.Reason, also); err != nil {
		return err
	}
	if held {
		if err := giveBack(tx, seat.PriceID, seat.Quantity); err != nil {
			return err
		}
	}
	if !counts {
		return nil
	}
	g.Paid--
	if err := must[model.Group](tx, g.ID, map[string]any{"paid": gorm.Expr("paid - 1")}, "paid > 0"); err != nil {
		return err
	}
	return abandon(tx, g, p.Now.Now())
}

// gaveAllBack tells whether the money of every piece of a locked order has gone back.
func gaveAllBack(tx *gorm.DB, orderID int64) (bool, error) {
	var kept, open int64
	err := tx.Model(&model.OrderLine{}).Where("order_id = ?", orderID).Select("COALESCE(SUM(quantity - refunded), 0)").Scan(&kept).Error
	if err != nil {
		return false, fmt.Errorf("lines of order %d: %w", orderID, err)
	}
	err = tx.Model(&model.Refund{}).Where("order_id = ? AND kind = ? AND status NOT IN ?", orderID, model.RefundOrder,
		model.RefundsOver).Count(&open).Error
	if err != nil {
		return false, fmt.Errorf("refunds of order %d: %w", orderID, err)
	}
	return kept == 0 && open == 0, nil
}
