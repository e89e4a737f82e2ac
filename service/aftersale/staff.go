package aftersale

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/stock"
)

// Consent is how staff agree.
type Consent struct {
	ReturnPlace *model.ReturnPlace `json:"return_place,omitempty" doc:"Where the goods are to be sent; without it, the brand's own"`
	AsReturn    bool               `json:"as_return,omitempty" doc:"Give the money back for goods that cannot be exchanged"`
	Sent        bool               `json:"sent,omitempty" doc:"Give the money back although the goods have been sent since it was asked for"`
	Note
}

// Handling is which case a member of staff deals with, under which key, and the languages they read, best first.
type Handling struct {
	Key, No   string
	Languages []string
}

// staffs moves a case of the brand, once per key.
func (s *Service) staffs(
	ctx context.Context, h Handling, operation string, input any, fn func(tx *gorm.DB, f *file) error,
) (View, error) {
	request := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: h.Key, Operation: "aftersale." + operation, Input: []any{h.No, input},
	}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (View, error) {
		f, err := open(tx, "no = ?", h.No)
		if err != nil {
			return View{}, err
		}
		if err := fn(tx, f); err != nil {
			return View{}, err
		}
		return detail(tx, f.c, h.Languages, true)
	})
}

// Agree grants what a consumer asks for, once per key: the money at once when nothing is to be sent back, else the goods may
// be sent. What is to be exchanged for them is taken from stock. Errors: ErrAfterSaleNotFound, ErrWrongState;
// ErrNoReturnPlace; ErrOutOfStock at the line that cannot be exchanged; ErrConflict at "sent" when the goods have been sent
// since and staff do not say that they know; those of payment.RefundOrder.
func (s *Service) Agree(ctx context.Context, h Handling, consent Consent) (View, error) {
	var err error
	if consent.Note, err = consent.checked(); err != nil {
		return View{}, err
	}
	return s.staffs(ctx, h, "agree", consent, func(tx *gorm.DB, f *file) error {
		if f.c.Status != model.AfterSaleApplied {
			return model.ErrWrongState
		}
		return s.agree(ctx, tx, f, consent, model.AfterSaleAgreed)
	})
}

// agree is the step that grants what a consumer asks for. A case whose goods have to come back goes to a state: agreed, or
// one further on when they are here.
func (s *Service) agree(ctx context.Context, tx *gorm.DB, f *file, consent Consent, to model.AfterSaleStatus) error {
	if f.sentMeanwhile() && !consent.Sent {
		return model.ErrConflict.At("sent")
	}
	if f.c.Kind == model.AfterSaleRefund {
		return s.refund(ctx, tx, f, consent.Note)
	}
	also := map[string]any{}
	if to == model.AfterSaleAgreed {
		place := f.rule.ReturnPlace
		if consent.ReturnPlace != nil {
			place = *consent.ReturnPlace
		}
		if !place.Known() {
			return model.ErrNoReturnPlace
		}
		also["return_place"] = place
	}
	if consent.AsReturn {
		f.c.Kind = model.AfterSaleReturn
	}
	if f.c.Kind == model.AfterSaleExchange {
		if err := hold(tx, f); err != nil {
			return err
		}
	}
	also["kind"] = f.c.Kind
	return s.move(ctx, tx, f, to, consent.Note, also)
}

// Refuse declines a case: what is asked for, or the goods that came back. It needs words, which the consumer
// reads. Errors: ErrRequired at "words"; ErrAfterSaleNotFound; ErrWrongState.
func (s *Service) Refuse(ctx context.Context, h Handling, n Note) (View, error) {
	n, err := n.checked()
	if err != nil {
		return View{}, err
	}
	if n.Words == "" {
		return View{}, model.ErrRequired.At("words")
	}
	return s.staffs(ctx, h, "refuse", n, func(tx *gorm.DB, f *file) error {
		if err := notBeforeOwner(f); err != nil {
			return err
		}
		return s.refuse(ctx, tx, f, n, nil)
	})
}

// notBeforeOwner tells whether a case is anybody's but the owner's to move. Errors: ErrWrongState.
func notBeforeOwner(f *file) error {
	if f.c.Status == model.AfterSaleEscalated {
		return model.ErrWrongState
	}
	return nil
}

func (s *Service) refuse(ctx context.Context, tx *gorm.DB, f *file, n Note, also map[string]any) error {
	if err := s.move(ctx, tx, f, model.AfterSaleRefused, n, also); err != nil {
		return err
	}
	return letGo(tx, f)
}

// Arrival is in what condition goods came back.
type Arrival struct {
	Lines []Condition `json:"lines" maxItems:"100" doc:"What can be sold again; the rest cannot"`
	Note
}

// Condition is how much of a line can be sold again.
type Condition struct {
	Line    int `json:"line" minimum:"0" maximum:"99" doc:"Position of the order's line, from 0"`
	Restock int `json:"restock" minimum:"0" maximum:"9999" doc:"Pieces that go back into stock"`
}

// Receive notes that the goods came back, in a parcel or without: the money goes back, or what was exchanged has to be
// sent. Errors:
// ErrInvalid and ErrOutOfRange at the lines; ErrExchangedBefore; ErrAfterSaleNotFound; ErrWrongState; those of
// payment.RefundOrder.
func (s *Service) Receive(ctx context.Context, h Handling, a Arrival) (View, error) {
	n, err := a.checked()
	if err != nil {
		return View{}, err
	}
	return s.staffs(ctx, h, "receive", a, func(tx *gorm.DB, f *file) error {
		if err := notBeforeOwner(f); err != nil {
			return err
		}
		if err := s.inspect(tx, f, a.Lines); err != nil {
			return err
		}
		return s.receive(ctx, tx, f, n)
	})
}

// inspect notes which pieces can be sold again.
func (s *Service) inspect(tx *gorm.DB, f *file, conditions []Condition) error {
	for i, condition := range conditions {
		at := fmt.Sprintf("lines[%d]", i)
		l := f.at(condition.Line)
		if l == nil {
			return model.ErrInvalid.At(at + ".line")
		}
		if condition.Restock < 0 || condition.Restock > l.Quantity {
			return model.ErrOutOfRange.At(at+".restock").With("min", "0").With("max", strconv.Itoa(l.Quantity))
		}
		if condition.Restock > 0 {
			if err := stock.AsBought(tx, f.line(*l)); err != nil {
				return err
			}
		}
		l.Restock = condition.Restock
		err := tx.Model(&model.AfterSaleLine{}).Where("id = ?", l.ID).Update("restock", l.Restock).Error
		if err != nil {
			return fmt.Errorf("line %d of case %s: %w", l.ID, f.c.No, err)
		}
	}
	return nil
}

// at is the case's line about a line of the order, by its position; nil when there is none.
func (f *file) at(position int) *model.AfterSaleLine {
	for i := range f.c.Lines {
		if f.line(f.c.Lines[i]).Position == position {
			return &f.c.Lines[i]
		}
	}
	return nil
}

func (s *Service) receive(ctx context.Context, tx *gorm.DB, f *file, n Note) error {
	if err := s.move(ctx, tx, f, model.AfterSaleReceived, n, nil); err != nil {
		return err
	}
	if f.c.Kind == model.AfterSaleReturn {
		return s.refund(ctx, tx, f, because("goods_back"))
	}
	for _, l := range f.c.Lines {
		if l.Restock == 0 {
			continue
		}
		if err := stock.Regain(tx, f.line(l).SKUID, int64(l.Restock), f.order.ID); err != nil {
			return err
		}
	}
	return nil
}

// Resend notes the parcel with what was exchanged for the goods, or corrects it. Errors: ErrInvalid,
// ErrAfterSaleNotFound, ErrWrongState.
func (s *Service) Resend(ctx context.Context, h Handling, p Parcel) (View, error) {
	columns, err := p.columns("resent")
	if err != nil {
		return View{}, err
	}
	return s.staffs(ctx, h, "resend", p, func(tx *gorm.DB, f *file) error {
		return s.label(ctx, tx, f, model.AfterSaleResending, columns)
	})
}

// Compensate notes that staff have given the consumer what was promised for the way back, and how. Errors:
// ErrRequired at "words"; ErrAfterSaleNotFound; ErrWrongState when nothing is owed, or not yet, or not any more.
func (s *Service) Compensate(ctx context.Context, h Handling, n Note) (View, error) {
	n, err := n.checked()
	if err != nil {
		return View{}, err
	}
	if n.Words == "" {
		return View{}, model.ErrRequired.At("words")
	}
	n.reason = "compensated"
	return s.staffs(ctx, h, "compensate", n, func(tx *gorm.DB, f *file) error {
		now := s.now.Now()
		res := tx.Model(&model.AfterSale{}).
			Where("id = ? AND compensation_fen > 0 AND compensated_at = 0 AND status IN ?", f.c.ID,
				[]model.AfterSaleStatus{model.AfterSaleRefunding, model.AfterSaleDone}).
			Update("compensated_at", now)
		if res.Error != nil {
			return fmt.Errorf("case %s: %w", h.No, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrWrongState
		}
		f.c.CompensatedAt = now
		return tell(ctx, tx, f.c, f.c.Status, n)
	})
}

// Decision is the owner's last word: how they agree, or a verdict of another kind with the words of its note.
type Decision struct {
	Verdict   string `json:"verdict" enum:"agree,refund,refuse" doc:"agree: as it was asked for; refund: the money, whatever became of the goods; refuse: nothing, for good"`
	GoodsHere bool   `json:"goods_here,omitempty" doc:"To agree: the goods are here, and wait to be looked at; else the consumer is to send them back, once more if they were returned"`
	Consent
}

// Decide settles a case that a consumer, or the time, has brought before the brand's owner. Errors: ErrRequired
// at "words"; ErrInvalid at "verdict"; ErrResentBefore when it is agreed to and what was exchanged has been sent;
// ErrAfterSaleNotFound; ErrWrongState when it is not escalated; those of Agree.
func (s *Service) Decide(ctx context.Context, h Handling, d Decision) (View, error) {
	var err error
	if d.Note, err = d.checked(); err != nil {
		return View{}, err
	}
	if d.Words == "" {
		return View{}, model.ErrRequired.At("words")
	}
	d.reason = "decided"
	return s.staffs(ctx, h, "decide", d, func(tx *gorm.DB, f *file) error {
		if f.c.Status != model.AfterSaleEscalated {
			return model.ErrWrongState
		}
		switch d.Verdict {
		case "agree":
			return s.grant(ctx, tx, f, d)
		case "refund":
			return s.refund(ctx, tx, f, d.Note)
		case "refuse":
			f.c.Appealed = true
			return s.refuse(ctx, tx, f, d.Note, map[string]any{"appealed": true})
		}
		return model.ErrInvalid.At("verdict")
	})
}

// grant agrees to an escalated case as it was asked for, and asks nobody to send what is here.
func (s *Service) grant(ctx context.Context, tx *gorm.DB, f *file, d Decision) error {
	var received int64
	err := tx.Model(&model.AfterSaleEvent{}).Where("after_sale_id = ? AND to_state = ?", f.c.ID, model.AfterSaleReceived).Count(&received).Error
	switch {
	case err != nil:
		return fmt.Errorf("events of case %s: %w", f.c.No, err)
	case f.resent() && !d.AsReturn: // nobody knows where it is
		return model.ErrResentBefore
	case received > 0 && d.AsReturn: // what can be sold again of an exchange went into stock when it came
		return s.refund(ctx, tx, f, d.Note)
	case received > 0:
		return s.agree(ctx, tx, f, d.Consent, model.AfterSaleReceived)
	case !d.GoodsHere:
		return s.agree(ctx, tx, f, d.Consent, model.AfterSaleAgreed)
	}
	return s.agree(ctx, tx, f, d.Consent, model.AfterSaleSending)
}
