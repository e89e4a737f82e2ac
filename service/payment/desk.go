package payment

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// DeskRefund is a refund as staff see it.
type DeskRefund struct {
	No             string             `json:"no" doc:"out_refund_no at WeChat"`
	OrderNo        string             `json:"order"`
	Kind           model.RefundKind   `json:"kind" enum:"late,order" doc:"late: a payment that no order lives on"`
	Status         model.RefundStatus `json:"status" enum:"pending,processing,succeeded,abnormal,closed,replaced,settled"`
	AmountFen      model.Fen          `json:"amount_fen"`
	FreightFen     model.Fen          `json:"freight_fen"`
	TaxFen         model.Fen          `json:"tax_fen"`
	Reason         string             `json:"reason" doc:"Code"`
	WeChatRefundID string             `json:"wechat_refund_id,omitempty" doc:"WeChat's number, to look it up there"`
	ToDo           string             `json:"to_do,omitempty" enum:"settle_at_wechat,reissue" doc:"abnormal: the consumer's bank refused; settle it in WeChat's merchant platform under the number above, and ask again here. closed: WeChat gave it up, no money moved; reissue it, or settle it otherwise"`
	CreatedAt      model.Millis       `json:"created_at" doc:"UTC milliseconds"`
	SucceededAt    model.Millis       `json:"succeeded_at,omitempty"`
	SettledBy      model.SettledBy    `json:"settled_by,omitempty" enum:"bank_transfer,cash,other" doc:"How the brand gave back what WeChat did not"`
	SettledRef     string             `json:"settled_ref,omitempty" doc:"What its accountant finds that by"`
	Lines          []DeskRefundLine   `json:"lines,omitempty" doc:"In the detail only"`
}

// DeskRefundLine is the part of a refund that belongs to one line of the order.
type DeskRefundLine struct {
	Line      int       `json:"line" doc:"Position in the order, from 0"`
	Quantity  int       `json:"quantity"`
	Dropped   int       `json:"dropped" doc:"Of these, pieces that were never sent"`
	Restock   int       `json:"restock" doc:"Pieces that are for sale again once the money has gone back"`
	AmountFen model.Fen `json:"amount_fen"`
}

var toDo = map[model.RefundStatus]string{
	model.RefundAbnormal: "settle_at_wechat",
	model.RefundClosed:   "reissue",
}

func deskRefund(r model.Refund, orderNo string) DeskRefund {
	return DeskRefund{
		No: r.No, OrderNo: orderNo, Kind: r.Kind, Status: r.Status, AmountFen: r.AmountFen, FreightFen: r.FreightFen,
		TaxFen: r.TaxFen, Reason: r.Reason, WeChatRefundID: r.WeChatRefundID, ToDo: toDo[r.Status],
		CreatedAt: r.CreatedAt, SucceededAt: r.SucceededAt, SettledBy: r.SettledBy, SettledRef: r.SettledRef,
	}
}

// Refunds is the refunds of ctx's brand, newest first: those with an id below before, at most limit; before 0
// starts at the newest. statuses, if any, choose. next is the before of the following page, or 0 at the end.
func (s *Service) Refunds(
	ctx context.Context, statuses []model.RefundStatus, before int64, limit int,
) (views []DeskRefund, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	refunds, next, err := database.Latest(query, before, limit, func(r model.Refund) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("refunds: %w", err)
	}
	ids := make([]int64, len(refunds))
	for i, r := range refunds {
		ids[i] = r.OrderID
	}
	var orders []model.Order
	if err := tx.Select("id", "no").Where("id IN ?", ids).Find(&orders).Error; err != nil {
		return nil, 0, fmt.Errorf("orders of refunds: %w", err)
	}
	nos := make(map[int64]string, len(orders))
	for _, o := range orders {
		nos[o.ID] = o.No
	}
	for _, r := range refunds {
		views = append(views, deskRefund(r, nos[r.OrderID]))
	}
	return views, next, nil
}

// RefundAtDesk is one refund of ctx's brand with its lines. Errors: ErrRefundNotFound.
func (s *Service) RefundAtDesk(ctx context.Context, no string) (DeskRefund, error) {
	return refundAtDesk(s.db.Read(ctx), no)
}

func refundAtDesk(tx *gorm.DB, no string) (DeskRefund, error) {
	r, err := findRefund(tx, no)
	if err != nil {
		return DeskRefund{}, err
	}
	var o model.Order
	if err := tx.Select("id", "no").Where("id = ?", r.OrderID).Take(&o).Error; err != nil {
		return DeskRefund{}, fmt.Errorf("order of refund %s: %w", no, err)
	}
	v := deskRefund(r, o.No)
	lines, err := linesOf(tx, &o)
	if err != nil {
		return DeskRefund{}, err
	}
	position := make(map[int64]int, len(lines))
	for _, l := range lines {
		position[l.ID] = l.Position
	}
	if err := loadLines(tx, &r); err != nil {
		return DeskRefund{}, err
	}
	for _, l := range r.Lines {
		v.Lines = append(v.Lines, DeskRefundLine{position[l.OrderLineID], l.Quantity, l.Dropped, l.Restock, l.AmountFen})
	}
	return v, nil
}

func findRefund(tx *gorm.DB, no string) (r model.Refund, err error) {
	err = tx.Where("no = ?", no).Take(&r).Error
	if database.IsNotFound(err) {
		return r, model.ErrRefundNotFound
	}
	if err != nil {
		return r, fmt.Errorf("refund %s: %w", no, err)
	}
	return r, nil
}

// loadLines loads the lines of a refund.
func loadLines(tx *gorm.DB, r *model.Refund) error {
	if err := tx.Where("refund_id = ?", r.ID).Order("id").Find(&r.Lines).Error; err != nil {
		return fmt.Errorf("lines of refund %s: %w", r.No, err)
	}
	return nil
}
