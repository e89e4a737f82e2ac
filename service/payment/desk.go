package payment

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/idem"
	"hutong/service/internal/ledger"
	"hutong/service/internal/trail"
	"hutong/service/order"
)

// entryReplaced undoes the debt of a refund whose place another takes; its reference is the old out_refund_no.
const entryReplaced = "refund_replaced"

// DeskRefund is a refund as staff see it.
type DeskRefund struct {
	No             string             `json:"no" doc:"out_refund_no at WeChat"`
	OrderNo        string             `json:"order"`
	Kind           model.RefundKind   `json:"kind" enum:"late,order" doc:"late: a payment that no order lives on"`
	Status         model.RefundStatus `json:"status" enum:"pending,processing,succeeded,abnormal,closed,replaced"`
	AmountFen      model.Fen          `json:"amount_fen"`
	FreightFen     model.Fen          `json:"freight_fen"`
	TaxFen         model.Fen          `json:"tax_fen"`
	Reason         string             `json:"reason" doc:"Code"`
	WeChatRefundID string             `json:"wechat_refund_id,omitempty" doc:"WeChat's number, to look it up there"`
	ToDo           string             `json:"to_do,omitempty" enum:"settle_at_wechat,reissue" doc:"abnormal: the consumer's bank refused; settle it in WeChat's merchant platform under the number above, and ask again here. closed: WeChat gave it up, no money moved; reissue it"`
	CreatedAt      model.Millis       `json:"created_at" doc:"UTC milliseconds"`
	SucceededAt    model.Millis       `json:"succeeded_at,omitempty"`
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
		CreatedAt: r.CreatedAt, SucceededAt: r.SucceededAt,
	}
}

// Refunds is the refunds of ctx's brand, newest first: those with an id below before, at most limit; before 0
// starts at the newest. statuses, if any, choose. next is the before of the following page, or 0 at the end.
func (s *Service) Refunds(
	ctx context.Context, statuses []model.RefundStatus, before int64, limit int,
) (views []DeskRefund, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx.Order("id DESC").Limit(limit + 1)
	if before > 0 {
		query = query.Where("id < ?", before)
	}
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	var refunds []model.Refund
	if err := query.Find(&refunds).Error; err != nil {
		return nil, 0, fmt.Errorf("refunds: %w", err)
	}
	if len(refunds) > limit {
		refunds = refunds[:limit]
		next = refunds[limit-1].ID
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

// StaffRefund is what of an order's money staff want to give back.
type StaffRefund struct {
	Lines   []StaffRefundLine `json:"lines,omitempty" maxItems:"50"`
	Freight bool              `json:"freight,omitempty" doc:"Give back what is left of the delivery's price"`
	Reason  string            `json:"reason" enum:"cancelled,out_of_stock,not_arrived,returned,damaged,not_as_described,price_difference,other"`
}

// StaffRefundLine is what of one line's money should go back.
type StaffRefundLine struct {
	Line      int       `json:"line" minimum:"0" maximum:"49" doc:"Position in the order, from 0"`
	Quantity  int       `json:"quantity" minimum:"0" maximum:"9999" doc:"Pieces whose money goes back; those that were not sent never will be"`
	AmountFen model.Fen `json:"amount_fen,omitempty" minimum:"0" doc:"0: what the pieces were paid with; less than that is possible. With quantity 0 a part of the price alone"`
	Restock   int       `json:"restock,omitempty" minimum:"0" maximum:"9999" doc:"Pieces that came back and are for sale again"`
}

// RefundByStaff gives back money of an order, once per key, outside any after-sale case. Errors:
// ErrOrderNotFound; ErrInvalid at a line that the order has not; those of RefundOrder.
func (s *Service) RefundByStaff(ctx context.Context, key, orderNo string, w StaffRefund) (DeskRefund, error) {
	request := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: key, Operation: "payment.refund", Input: []any{orderNo, w},
	}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (DeskRefund, error) {
		o, err := order.LockAny(tx, orderNo)
		if err != nil {
			return DeskRefund{}, err
		}
		lines, err := linesOf(tx, o)
		if err != nil {
			return DeskRefund{}, err
		}
		byPosition := make(map[int]int64, len(lines))
		for _, l := range lines {
			byPosition[l.Position] = l.ID
		}
		wish := RefundWish{Freight: w.Freight, Reason: w.Reason}
		for i, l := range w.Lines {
			id, known := byPosition[l.Line]
			if !known {
				return DeskRefund{}, model.ErrInvalid.At(fmt.Sprintf("lines[%d].line", i))
			}
			wish.Lines = append(wish.Lines, RefundPart{LineID: id, Quantity: l.Quantity, AmountFen: l.AmountFen, Restock: l.Restock})
		}
		r, err := s.RefundOrder(ctx, tx, o, wish)
		if err != nil {
			return DeskRefund{}, err
		}
		if err := trail.Write(ctx, tx, "order.refund", trail.Subject{Kind: "order", No: o.No}, nil,
			map[string]any{"refund": r.No, "amount_fen": r.AmountFen, "reason": r.Reason}); err != nil {
			return DeskRefund{}, err
		}
		return refundAtDesk(tx, r.No)
	})
}

// Reissue makes a new refund in the place of one that WeChat has given up: the same money and the same lines
// under a new number, since the old one is spent. Errors: ErrRefundNotFound; ErrWrongState when it is not
// closed, or has been replaced already; ErrTooManyRefunds, ErrRefundTooLate.
func (s *Service) Reissue(ctx context.Context, no string) (v DeskRefund, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		old, err := findRefund(tx, no)
		if err != nil {
			return err
		}
		o, err := order.Lock(tx, old.OrderID)
		if err != nil {
			return err
		}
		if err := flow.Advance[model.Refund](tx, model.RefundFlow, old.ID, model.RefundReplaced, nil); err != nil {
			return err
		}
		if err := loadLines(tx, &old); err != nil {
			return err
		}
		fresh, err := s.replace(tx, o, old)
		if err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, "refund.reissue", trail.Subject{Kind: "refund", No: no}, nil,
			map[string]any{"by": fresh.No, "amount_fen": fresh.AmountFen}); err != nil {
			return err
		}
		v, err = refundAtDesk(tx, fresh.No)
		return err
	})
	return v, err
}

// replace writes the refund that takes the place of another: the debt is undone and booked anew, and the
// order's figures stay, because they count the money and not the attempts.
func (s *Service) replace(tx *gorm.DB, o *model.Order, old model.Refund) (*model.Refund, error) {
	var p model.Payment
	if err := tx.Where("id = ?", old.PaymentID).Take(&p).Error; err != nil {
		return nil, fmt.Errorf("payment of refund %s: %w", old.No, err)
	}
	if err := s.inTime(p); err != nil {
		return nil, err
	}
	at := s.nextRefund(o)
	res := tx.Model(&model.Order{}).Where("id = ? AND refund_count < ?", o.ID, MostRefunds).
		Updates(map[string]any{"refund_count": gorm.Expr("refund_count + 1"), "last_refund_at": at})
	if res.Error != nil {
		return nil, fmt.Errorf("order %s: %w", o.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return nil, tooManyRefunds()
	}
	err := ledger.Post(tx, entryReplaced, old.No, o.ID,
		ledger.Move(old.AmountFen, model.AccountRefundPayable, model.AccountCustomerPrepaid))
	if err != nil {
		return nil, err
	}
	fresh := old
	fresh.ID, fresh.No, fresh.Status, fresh.ReplacesID = 0, s.newNo(), model.RefundPending, old.ID
	fresh.WeChatRefundID, fresh.SucceededAt, fresh.CreatedAt, fresh.UpdatedAt = "", 0, 0, 0
	fresh.Lines = make([]model.RefundLine, len(old.Lines))
	for i, l := range old.Lines {
		l.ID, l.RefundID, l.CreatedAt = 0, 0, 0
		fresh.Lines[i] = l
	}
	debt := ledger.Move(fresh.AmountFen, model.AccountCustomerPrepaid, model.AccountRefundPayable)
	return &fresh, s.owe(tx, &fresh, debt, at)
}

// AskAgain asks WeChat now how a refund stands, for staff who have just settled it there. Errors:
// ErrRefundNotFound; ErrWrongState when WeChat has not been asked for it yet; those of wechat.Client.
func (s *Service) AskAgain(ctx context.Context, no string) (DeskRefund, error) {
	r, err := findRefund(s.db.Read(ctx), no)
	if err != nil {
		return DeskRefund{}, err
	}
	if r.Status == model.RefundPending {
		return DeskRefund{}, model.ErrWrongState
	}
	client, err := s.brands.Client(ctx, r.BrandID)
	if err != nil {
		return DeskRefund{}, err
	}
	answer, err := client.QueryRefund(ctx, no)
	if err != nil {
		return DeskRefund{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		outcome, detail, err := s.applyRefund(ctx, tx, answer)
		if err == nil && outcome == model.CallbackMismatch {
			err = fmt.Errorf("refund %s: WeChat's %s is not ours: %w", no, detail, model.ErrWeChat)
		}
		if err != nil {
			return err
		}
		return trail.Write(ctx, tx, "refund.ask_again", trail.Subject{Kind: "refund", No: no},
			map[string]any{"status": r.Status}, map[string]any{"wechat": answer.State})
	})
	if err != nil {
		return DeskRefund{}, err
	}
	return s.RefundAtDesk(ctx, no)
}

// loadLines loads the lines of a refund.
func loadLines(tx *gorm.DB, r *model.Refund) error {
	if err := tx.Where("refund_id = ?", r.ID).Order("id").Find(&r.Lines).Error; err != nil {
		return fmt.Errorf("lines of refund %s: %w", r.No, err)
	}
	return nil
}
