// Package groupbuy sells to small groups: consumers who together are so many pay the lower price, and otherwise get
// their money back. It takes part in an order's life; whoever has an order in a group has a seat, and the group's
// row decides who gets one. Every member is somebody who bought, and sharing a link earns nobody anything.
package groupbuy

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/media"
	"hutong/service/message"
	"hutong/service/order"
	"hutong/service/payment"
)

// The kinds of job of this package.
const (
	JobEnd    = "group.end"    // ends a group whose time is up; key: the group's number
	JobCancel = "group.cancel" // cancels the open groups of a cancelled campaign; key: the campaign's number
	JobRefund = "group.refund" // gives a member's money back and tells them; key: the order's number
	JobTell   = "group.tell"   // tells the members of a group that it has formed; key: the group's number
)

// Hold is how long an unpaid seat is kept from others. The order lives longer: its buyer may still pay, and has the
// seat if nobody took it.
const Hold = 5 * time.Minute

// Why money goes back, or a seat is lost.
const (
	reasonFull      = "group_full"
	reasonOver      = "group_over"
	reasonTooFew    = "too_few"      // when its time was up
	reasonEmpty     = "empty"        // nobody is left in it
	reasonCancelled = "by_the_brand" // the group, or its campaign
	reasonLapsed    = "seat_lapsed"  // somebody else has the seat
	reasonNewOnly   = "not_new"      // bought something else meanwhile
	reasonTwice     = "twice"        // has another seat in the group
	reasonQuota     = "quota"        // the campaign's pieces are gone
	reasonLimit     = "limit"        // has as many pieces as one may have
	reasonUnpaid    = "order_closed" // left, or did not pay in time
	reasonRefunded  = "order_refunded"
)

// Service has the use cases of small groups. Methods work for the brand of ctx.
type Service struct {
	db       *database.DB
	now      model.Clock
	newNo    func() string
	payments *payment.Service
	messages *message.Service
	posters  *posters
}

// New makes the service. pictures, where products have theirs, may be nil.
func New(
	db *database.DB, now model.Clock, newNo func() string, p *payment.Service, m *message.Service, b *brand.Service, pictures *media.Store,
) *Service {
	return &Service{db: db, now: now, newNo: newNo, payments: p, messages: m, posters: newPosters(b, pictures)}
}

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(JobEnd, s.end)
	r.Handle(JobCancel, s.cancelGroups)
	r.Handle(JobRefund, s.refund)
	r.Handle(JobTell, s.tell)
}

var forUpdate = clause.Locking{Strength: "UPDATE"}

// lock takes the row of a group for the rest of the transaction: its figures and its seats are moved under it. An
// order is locked before its group, a group before its seats and its campaign's prices. Errors: ErrGroupNotFound.
func lock(tx *gorm.DB, id int64) (*model.Group, error) {
	var g model.Group
	if err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&g).Error; database.IsNotFound(err) {
		return nil, model.ErrGroupNotFound
	} else if err != nil {
		return nil, fmt.Errorf("group %d: %w", id, err)
	}
	return &g, nil
}

// seatOf is the seat of an order and its group, both locked; nil when it has none.
func seatOf(tx *gorm.DB, orderID int64) (*model.GroupSeat, *model.Group, error) {
	var seat model.GroupSeat
	if err := tx.Where("order_id = ?", orderID).Take(&seat).Error; database.IsNotFound(err) {
		return nil, nil, nil
	} else if err != nil {
		return nil, nil, fmt.Errorf("seat of order %d: %w", orderID, err)
	}
	g, err := lock(tx, seat.GroupID)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Clauses(forUpdate).Where("id = ?", seat.ID).Take(&seat).Error; err != nil {
		return nil, nil, fmt.Errorf("seat of order %d: %w", orderID, err)
	}
	return &seat, g, nil
}

// change moves a row if the condition holds, else nothing: then moved is false.
func change[T any](tx *gorm.DB, id int64, columns map[string]any, condition string, args ...any) (moved bool, err error) {
	res := tx.Model(new(T)).Where("id = ?", id).Where(condition, args...).Updates(columns)
	if res.Error != nil {
		return false, fmt.Errorf("%T %d: %w", *new(T), id, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// must is change where the locks promise that the condition holds.
func must[T any](tx *gorm.DB, id int64, columns map[string]any, condition string, args ...any) error {
	moved, err := change[T](tx, id, columns, condition, args...)
	if err == nil && !moved {
		err = fmt.Errorf("%T %d: %w", *new(T), id, ErrInconsistent)
	}
	return err
}

// ErrInconsistent is a group whose seats are not in its figures: a mistake in the program, which the audit would show.
var ErrInconsistent = errors.New("groupbuy: the figures contradict the seats")

// note writes the moves of a group and its seats.
func note(tx *gorm.DB, events ...model.GroupEvent) error {
	if len(events) == 0 {
		return nil
	}
	if err := tx.Create(&events).Error; err != nil {
		return fmt.Errorf("group events: %w", err)
	}
	return nil
}

func seatEvent(s *model.GroupSeat, to model.SeatStatus, reason string) model.GroupEvent {
	return model.GroupEvent{GroupID: s.GroupID, SeatID: s.ID, FromState: string(s.Status), ToState: string(to), Reason: reason}
}

// advanceSeat moves a seat of a locked group along the flow, and writes the event.
func advanceSeat(tx *gorm.DB, seat *model.GroupSeat, to model.SeatStatus, reason string, also map[string]any) error {
	columns := map[string]any{"status": to}
	for k, v := range also {
		columns[k] = v
	}
	if err := must[model.GroupSeat](tx, seat.ID, columns, "status IN ?", model.SeatFlow[to]); err != nil {
		return err
	}
	event := seatEvent(seat, to, reason)
	seat.Status = to
	return note(tx, event)
}

// leave are the columns of a seat that is live no more.
func leave(seat *model.GroupSeat) map[string]any {
	return map[string]any{"holder": -seat.OrderID, "newcomer": -seat.OrderID, "holding": false}
}

// advanceGroup moves a locked group to its end if the condition holds, and writes the event.
func advanceGroup(
	tx *gorm.DB, g *model.Group, to model.GroupStatus, reason string, now model.Millis, condition string, args ...any,
) (moved bool, err error) {
	columns := map[string]any{"status": to, "ended_at": now, "reason": reason}
	moved, err = change[model.Group](tx.Where("status IN ?", model.GroupFlow[to]), g.ID, columns, condition, args...)
	if err != nil || !moved {
		return false, err
	}
	event := model.GroupEvent{GroupID: g.ID, FromState: string(g.Status), ToState: string(to), Reason: reason}
	g.Status, g.EndedAt, g.Reason = to, now, reason
	return true, note(tx, event)
}

// take takes pieces off what a campaign may sell of a SKU; taken is false when it has no more, or not this SKU.
func take(tx *gorm.DB, priceID int64, pieces int) (taken bool, err error) {
	return change[model.GroupPrice](tx, priceID, map[string]any{"taken": gorm.Expr("taken + ?", pieces)},
		"active = ? AND (quota = 0 OR taken + ? <= quota)", true, pieces)
}

// giveBack returns what take took.
func giveBack(tx *gorm.DB, priceID int64, pieces int) error {
	return must[model.GroupPrice](tx, priceID, map[string]any{"taken": gorm.Expr("taken - ?", pieces)}, "taken >= ?", pieces)
}

// endOrder leaves it to a job to end an unpaid order before its time. If it turns out to be paid, it is.
func endOrder(tx *gorm.DB, orderID int64, reason string, at model.Millis) error {
	var no string
	if err := tx.Model(&model.Order{}).Where("id = ?", orderID).Pluck("no", &no).Error; err != nil {
		return fmt.Errorf("order %d: %w", orderID, err)
	}
	return job.Enqueue(tx, order.JobExpire, no, order.ExpirePayload{OrderID: orderID, Reason: reason}, at)
}

// refundPayload is the payload of JobRefund.
type refundPayload struct {
	SeatID int64 `json:"seat_id"`
}

// oweBack leaves it to a job to give a member's money back.
func oweBack(tx *gorm.DB, seatID int64, orderNo string, at model.Millis) error {
	return job.Enqueue(tx, JobRefund, orderNo, refundPayload{seatID}, at)
}

// groupPayload is the payload of the jobs of a group.
type groupPayload struct {
	GroupID int64 `json:"group_id"`
}
