package aftersale

import (
	"context"

	"hutong/model"
	"hutong/service/order"
)

// Options is what can be asked for of an order, now.
type Options struct {
	Lines   []OptionLine `json:"lines" doc:"Empty when nothing can be asked for"`
	Reasons []ReasonView `json:"reasons"`
	Until   model.Millis `json:"until,omitempty" doc:"When the right to return without a reason ends, of the line that has it longest; absent before receipt; UTC milliseconds"`
	FaultAt model.Millis `json:"fault_until,omitempty" doc:"When the time to report a fault ends, likewise; absent before receipt"`
}

// OptionLine is how many pieces of a line can be asked for, by kind.
type OptionLine struct {
	Line     int    `json:"line" doc:"Position of the order's line, from 0"`
	Title    string `json:"title"`
	Choice   string `json:"choice"`
	Picture  string `json:"picture"`
	Refund   int    `json:"refund" doc:"Pieces whose money can be asked for without sending them back"`
	Return   int    `json:"return" doc:"Pieces that can be sent back for their money"`
	Exchange int    `json:"exchange" doc:"Pieces that can be sent back for others"`
	Unsent   bool   `json:"unsent,omitempty" doc:"They have not been sent yet"`
	NoReturn bool   `json:"no_return,omitempty" doc:"Not taken back without a reason"`
}

// ReasonView is a reason that can be given.
type ReasonView struct {
	Code   string                `json:"code"`
	Fault  bool                  `json:"fault" doc:"The brand's: it pays the way back"`
	Unsent bool                  `json:"unsent" doc:"It can be given for what has not been sent yet"`
	Sent   bool                  `json:"sent" doc:"It can be given for what has been sent"`
	Kinds  []model.AfterSaleKind `json:"kinds"`
}

// Reasons are the reasons that can be given.
func Reasons() []ReasonView {
	views := make([]ReasonView, len(model.AfterSaleReasons))
	for i, r := range model.AfterSaleReasons {
		views[i] = ReasonView(r)
	}
	return views
}

// Options tells what can be asked for of an order of the buyer. Errors: ErrOrderNotFound.
func (s *Service) Options(ctx context.Context, b order.Buyer, orderNo string) (Options, error) {
	tx := s.db.Read(ctx)
	o, err := order.FindNo(tx, b.UserID, orderNo)
	if err != nil {
		return Options{}, err
	}
	if err := loadOrderLines(tx, o); err != nil {
		return Options{}, err
	}
	rule, err := ruleOf(tx)
	if err != nil {
		return Options{}, err
	}
	began, err := exchanged(tx, o)
	if err != nil {
		return Options{}, err
	}
	last := latest(o, began)
	out := Options{Lines: []OptionLine{}, Reasons: Reasons(), Until: until(last, rule, false), FaultAt: until(last, rule, true)}
	if !isServed(o) {
		return out, nil
	}
	refused, err := refusedBefore(tx, o)
	if err != nil {
		return Options{}, err
	}
	for _, l := range o.Lines {
		if end := until(max(o.ReceivedAt, began[l.ID]), rule, true); end > 0 && s.now.Now() >= end {
			continue
		}
		line := OptionLine{
			Line: l.Position, Title: l.Title.In(b.Languages...), Choice: l.Choice.In(b.Languages...), Picture: l.Picture,
			Refund: left(l, model.AfterSaleRefund), Return: left(l, model.AfterSaleReturn),
			Unsent: unsent(l) > 0, NoReturn: l.NoReturn,
		}
		if o.ReceivedAt > 0 {
			line.Exchange = left(l, model.AfterSaleExchange)
		}
		if refused[l.ID] {
			line.Refund, line.Return, line.Exchange = 0, 0, 0
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// Offer is what a wish would bring.
type Offer struct {
	AmountFen       model.Fen `json:"amount_fen" doc:"What would go back, freight and tax included"`
	CompensationFen model.Fen `json:"compensation_fen,omitempty" doc:"Promised for the way back besides"`
	ReturnFreight   string    `json:"return_freight" enum:"none,consumer,brand" doc:"Who pays the way back"`
}

// Quote tells what a wish would bring, and asks for nothing. Errors: ErrOrderNotFound; ErrWrongState when the
// order is not paid, or over; ErrTooLate; ErrInvalid, ErrPiecesTaken, ErrNotSent, ErrNotReceived, ErrMustReturn,
// ErrNotReturnable, ErrNotOnSale, ErrNotExchangeable, ErrOutOfStock at the lines; ErrRefusedBefore when a line was
// refused twice, or for the last time; those of payment.WeighRefund.
func (s *Service) Quote(ctx context.Context, b order.Buyer, orderNo string, w Wish) (Offer, error) {
	var err error
	if w.Note, err = w.checked(); err != nil {
		return Offer{}, err
	}
	tx := s.db.Read(ctx)
	o, err := order.FindNo(tx, b.UserID, orderNo)
	if err != nil {
		return Offer{}, err
	}
	f, err := s.draft(tx, o, w)
	if err != nil {
		return Offer{}, err
	}
	offer := Offer{AmountFen: f.c.AmountFen, CompensationFen: f.c.CompensationFen, ReturnFreight: "consumer"}
	switch reason, _ := reasonOf(w.Reason); {
	case w.Kind == model.AfterSaleRefund:
		offer.ReturnFreight = "none"
	case reason.Fault:
		offer.ReturnFreight = "brand"
	}
	return offer, nil
}
