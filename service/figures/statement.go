package figures

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// The periods of a statement.
const (
	ByDay   = "day"
	ByMonth = "month"
)

// Statement is what came in and went out at WeChat in a day or a month, as the journal has booked it. Opening + in −
// refunds − fees + other = closing.
type Statement struct {
	Period     string    `json:"period" doc:"A day, 2026-06-01, or a month, 2026-06; in Shanghai"`
	OpeningFen model.Fen `json:"opening_fen" doc:"What was at WeChat at its beginning"`
	Payments   int64     `json:"payments"`
	InFen      model.Fen `json:"in_fen" doc:"What consumers have paid"`
	Refunds    int64     `json:"refunds"`
	RefundFen  model.Fen `json:"refund_fen" doc:"What has gone back to them"`
	FeeFen     model.Fen `json:"fee_fen" doc:"What WeChat has kept, less what it gave back"`
	OtherFen   model.Fen `json:"other_fen" doc:"What else has moved: in less out"`
	NetFen     model.Fen `json:"net_fen" doc:"in − refunds − fees + other"`
	ClosingFen model.Fen `json:"closing_fen" doc:"What was at WeChat at its end"`
	EarnedFen  model.Fen `json:"earned_fen" doc:"Goods and delivery that consumers have received and keep"`
	TaxFen     model.Fen `json:"tax_fen" doc:"Tax on these"`
	PrepaidFen model.Fen `json:"prepaid_fen" doc:"At its end: paid, and not received yet"`
	OwedFen    model.Fen `json:"owed_fen" doc:"At its end: to go back to consumers"`
}

// Statements are those of a span of time, the oldest first, with their sum.
type Statements struct {
	By    string       `json:"by" enum:"day,month"`
	AsOf  model.Millis `json:"as_of" doc:"When the last day was counted; today is counted every minute. 0: never"`
	Items []Statement  `json:"items"`
	Total Statement    `json:"total"`
}

// Statements are the statements of each day or each month between two days: the months whole. It reads what was counted,
// and not the journal. Errors: ErrInvalid, ErrOutOfRange.
func (s *Service) Statements(ctx context.Context, by string, f Filter) (Statements, error) {
	if by == ByMonth && f.From == "" && f.To == "" {
		f.To = model.DayOf(s.now.Now())
		f.From = f.To.Add(-364)
	}
	f, err := f.period(s.now.Now())
	if err != nil {
		return Statements{}, err
	}
	if by == ByMonth {
		f.From, f.To = f.From[:7]+"-01", endOfMonth(f.To)
	}
	v := Statements{By: by, Items: []Statement{}}
	tx := s.db.Read(ctx)
	held, err := heldBefore(tx, f.From)
	if err != nil {
		return v, err
	}
	var rows []model.DailyBooks
	if err := tx.Where("day >= ? AND day <= ?", f.From, f.To).Order("day").Find(&rows).Error; err != nil {
		return v, fmt.Errorf("books: %w", err)
	}
	v.Total = Statement{Period: string(f.From) + "/" + string(f.To), OpeningFen: held[model.AccountWeChatClearing]}
	last := min(f.To, model.DayOf(s.now.Now()))
	for day := f.From; day <= last; day = day.Add(1) {
		period := string(day)
		if by == ByMonth {
			period = period[:7]
		}
		if n := len(v.Items); n == 0 || v.Items[n-1].Period != period {
			v.Items = append(v.Items, Statement{Period: period, OpeningFen: held[model.AccountWeChatClearing]})
		}
		item := &v.Items[len(v.Items)-1]
		for len(rows) > 0 && rows[0].Day == day {
			item.book(rows[0])
			v.Total.book(rows[0])
			held[rows[0].Account] += rows[0].DebitFen - rows[0].CreditFen
			rows = rows[1:]
		}
		item.close(held)
	}
	v.Total.close(held)
	var counted []model.Millis
	err = tx.Model(&model.DailyPeople{}).Where("day <= ?", f.To).Order("day DESC").Limit(1).Pluck("counted_at", &counted).Error
	if err != nil {
		return v, fmt.Errorf("books: %w", err)
	}
	if len(counted) > 0 {
		v.AsOf = counted[0]
	}
	return v, nil
}

// endOfMonth is the last day of a day's month.
func endOfMonth(d model.Day) model.Day {
	next := model.Day(d[:7] + "-01").Add(31)
	return model.Day(next[:7] + "-01").Add(-1)
}

// heldBefore is what each account held at the beginning of a day.
func heldBefore(tx *gorm.DB, day model.Day) (map[model.Account]model.Fen, error) {
	var rows []struct {
		Account model.Account
		Fen     model.Fen
	}
	err := tx.Model(&model.DailyBooks{}).Select("account, SUM(debit_fen - credit_fen) AS fen").Where("day < ?", day).
		Group("account").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("books: %w", err)
	}
	held := map[model.Account]model.Fen{}
	for _, r := range rows {
		held[r.Account] = r.Fen
	}
	return held, nil
}

// book adds what was booked.
func (s *Statement) book(r model.DailyBooks) {
	moved := r.DebitFen - r.CreditFen
	switch r.Account {
	case model.AccountWeChatClearing:
		switch r.Kind {
		case "payment":
			s.Payments += r.Entries
			s.InFen += moved
		case "refund":
			s.Refunds += r.Entries
			s.RefundFen -= moved
		case "fee", "fee_back":
			s.FeeFen -= moved
		default:
			s.OtherFen += moved
		}
		s.NetFen += moved
	case model.AccountRevenue, model.AccountFreight:
		s.EarnedFen -= moved
	case model.AccountTaxPayable:
		s.TaxFen -= moved
	}
}

// close notes what is held at the end.
func (s *Statement) close(held map[model.Account]model.Fen) {
	s.ClosingFen = held[model.AccountWeChatClearing]
	s.PrepaidFen, s.OwedFen = -held[model.AccountCustomerPrepaid], -held[model.AccountRefundPayable]
}

// columns of a file of statements, by language.
var statementWords = map[string][]any{
	"zh-CN": {"期间", "期初余额", "支付笔数", "收入", "退款笔数", "退款", "手续费", "其他", "净额", "期末余额", "已确认收入", "税费", "预收款", "待退款"},
	"en": {
		"period", "opening balance", "payments", "received", "refunds", "refunded", "fees", "other", "net", "closing balance", "earned",
		"tax", "prepaid", "to be refunded",
	},
	"it": {
		"periodo", "saldo iniziale", "pagamenti", "incassato", "rimborsi", "rimborsato", "commissioni", "altro", "netto", "saldo finale",
		"ricavi", "imposte", "anticipi dei clienti", "da rimborsare",
	},
}

// ExportStatements is Statements as a file, "csv" or "xlsx", in yuan. Whoever gets it closes it. It is logged.
func (s *Service) ExportStatements(ctx context.Context, by string, f Filter, format string, languages ...string) (*sheet.File, error) {
	v, err := s.Statements(ctx, by, f)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "statements.export", trail.Subject{Kind: "statements", No: v.Total.Period}, nil, map[string]any{"by": by})
	})
	if err != nil {
		return nil, err
	}
	heading := statementWords["en"]
	for _, l := range languages {
		if statementWords[l] != nil {
			heading = statementWords[l]
			break
		}
	}
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(heading...); err != nil {
			return err
		}
		for _, r := range append(v.Items, v.Total) {
			err := w.Row(r.Period, r.OpeningFen, r.Payments, r.InFen, r.Refunds, r.RefundFen, r.FeeFen, r.OtherFen, r.NetFen, r.ClosingFen,
				r.EarnedFen, r.TaxFen, r.PrepaidFen, r.OwedFen)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
