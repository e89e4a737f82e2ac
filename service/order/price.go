package order

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
)

// MaxWords bounds what staff call a change of the price, in characters: the consumer reads it.
const MaxWords = 64

// labelDesk is the label of what staff have changed; what they call it is in the adjustment's words.
const labelDesk = "desk"

// PriceChange is what staff put on the price of an order that is not paid, or take off it.
type PriceChange struct {
	AmountFen        model.Fen `json:"amount_fen" minimum:"-10000000000" maximum:"10000000000" doc:"Negative makes it cheaper; not 0" example:"-500"`
	On               string    `json:"on,omitempty" enum:"goods,line,freight" doc:"What it changes: all goods together, by default; one line; the delivery"`
	Line             *int      `json:"line,omitempty" minimum:"0" maximum:"99" doc:"Position of the line, from 0; of line alone"`
	Words            string    `json:"words" minLength:"1" maxLength:"64" doc:"What it is called; the consumer reads it" example:"老客优惠"`
	ExpectedTotalFen model.Fen `json:"expected_total_fen" minimum:"1" doc:"The total as staff have seen it; another is refused"`
}

// checked is the change with its blanks off. Errors: ErrRequired, ErrTooLong, ErrInvalid at the fields.
func (c PriceChange) checked() (PriceChange, error) {
	c.Words = strings.TrimSpace(c.Words)
	if c.On == "" {
		c.On = "goods"
	}
	switch {
	case c.AmountFen == 0 || c.AmountFen > model.MaxFen || c.AmountFen < -model.MaxFen:
		return c, model.ErrInvalid.At("amount_fen")
	case c.Words == "":
		return c, model.ErrRequired.At("words")
	case utf8.RuneCountInString(c.Words) > MaxWords:
		return c, model.ErrTooLong.At("words").With("max", fmt.Sprint(MaxWords))
	case c.On != "goods" && c.On != "line" && c.On != "freight", (c.On == "line") != (c.Line != nil):
		return c, model.ErrInvalid.At("on")
	}
	return c, nil
}

// shares is what the change does to each line: a line keeps at least nothing.
func (c PriceChange) shares(lines []model.OrderLine) ([]model.Fen, error) {
	weights, goods := make([]int64, len(lines)), model.Fen(0)
	for i, l := range lines {
		weights[i] = int64(l.TotalFen)
		goods += l.TotalFen
	}
	shares := make([]model.Fen, len(lines))
	switch {
	case c.On == "freight":
		return shares, nil
	case c.On == "line" && (*c.Line < 0 || *c.Line >= len(lines)):
		return nil, model.ErrInvalid.At("line")
	case c.On == "line" && lines[*c.Line].TotalFen+c.AmountFen < 0:
		return nil, tooMuch(-lines[*c.Line].TotalFen)
	case c.On == "line":
		shares[*c.Line] = c.AmountFen
		return shares, nil
	case goods+c.AmountFen < 0:
		return nil, tooMuch(-goods)
	}
	return c.AmountFen.Split(weights), nil
}

func tooMuch(least model.Fen) error {
	return model.ErrOutOfRange.At("amount_fen").With("min", fmt.Sprint(int64(least))).With("max", fmt.Sprint(int64(model.MaxFen)))
}

// Weigh tells whether staff could change the price of an order so, before anything is done for it. Errors: those of
// Reprice.
func (s *Service) Weigh(ctx context.Context, no string, c PriceChange) (*model.Order, error) {
	tx := s.db.Read(ctx)
	o, err := take(tx.Where("no = ?", no))
	if err != nil {
		return nil, err
	}
	_, _, err = s.weigh(tx, o, c)
	return o, err
}

func (s *Service) weigh(tx *gorm.DB, o *model.Order, c PriceChange) (PriceChange, []model.Fen, error) {
	c, err := c.checked()
	if err != nil {
		return c, nil, err
	}
	switch total := o.TotalFen + c.AmountFen; {
	case o.Status == model.OrderCancelled, o.Status == model.OrderPending && o.ExpiresAt <= s.now.Now():
		return c, nil, model.ErrOrderExpired
	case o.Status != model.OrderPending:
		return c, nil, model.ErrAlreadyPaid
	case o.TotalFen != c.ExpectedTotalFen:
		return c, nil, model.ErrPriceChanged.At("expected_total_fen")
	case total <= 0 || total > model.MaxFen:
		return c, nil, tooMuch(1 - o.TotalFen)
	case c.On == "freight" && o.FreightFen+c.AmountFen < 0:
		return c, nil, tooMuch(-o.FreightFen)
	}
	if err := tx.Where("order_id = ?", o.ID).Order("id").Find(&o.Lines).Error; err != nil {
		return c, nil, fmt.Errorf("lines of order %s: %w", o.No, err)
	}
	shares, err := c.shares(o.Lines)
	return c, shares, err
}

// Reprice is the step that changes the price of a locked order that is not paid, and that nobody can pay any more at
// the price it had. Errors: ErrRequired, ErrTooLong, ErrInvalid at the fields; ErrOutOfRange at "amount_fen" when it
// leaves nothing to pay; ErrPriceChanged when the total is not the expected one; ErrAlreadyPaid, ErrOrderExpired.
func (s *Service) Reprice(ctx context.Context, tx *gorm.DB, o *model.Order, c PriceChange) error {
	c, shares, err := s.weigh(tx, o, c)
	if err != nil {
		return err
	}
	column, left, kind, position := "discount_fen", "goods_fen + discount_fen + ? >= 0", model.AdjustDesk, -1
	switch c.On {
	case "freight":
		column, left, kind = "freight_fen", "freight_fen + ? >= 0", model.AdjustFreight
	case "line":
		position = *c.Line
	}
	res := tx.Model(&model.Order{}).
		Where("id = ? AND status = ? AND expires_at > ?", o.ID, model.OrderPending, s.now.Now()).
		Where("total_fen = ? AND total_fen + ? > 0", c.ExpectedTotalFen, c.AmountFen).
		Where(left, c.AmountFen).
		Updates(map[string]any{
			column: gorm.Expr(column+" + ?", c.AmountFen), "total_fen": gorm.Expr("total_fen + ?", c.AmountFen),
		})
	if res.Error != nil {
		return fmt.Errorf("price of order %s: %w", o.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrConflict
	}
	for i, share := range shares {
		if share == 0 {
			continue
		}
		res := tx.Model(&model.OrderLine{}).Where("id = ? AND total_fen + ? >= 0", o.Lines[i].ID, share).
			Updates(map[string]any{"total_fen": gorm.Expr("total_fen + ?", share)})
		if res.Error != nil {
			return fmt.Errorf("price of order %s: %w", o.No, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrConflict
		}
	}
	a := model.Adjustment{
		OrderID: o.ID, Position: position, Kind: kind, Source: model.ActorOf(ctx).String(), Label: labelDesk,
		Words: c.Words, AmountFen: c.AmountFen,
	}
	if err := tx.Create(&a).Error; err != nil {
		return fmt.Errorf("price of order %s: %w", o.No, err)
	}
	before := o.TotalFen
	o.TotalFen += c.AmountFen
	return trail.Write(ctx, tx, "order.price", trail.Subject{Kind: "order", No: o.No},
		map[string]any{"total_fen": before}, map[string]any{"total_fen": o.TotalFen, "change": c})
}
