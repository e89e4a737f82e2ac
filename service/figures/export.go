package figures

import (
	"context"

	"gorm.io/gorm"

	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// summaryWords are the columns of a file of figures by day, by language, and what their sum is called.
var summaryWords = map[string][]any{
	"zh-CN": {
		"日期", "下单数", "支付订单数", "成交额", "退款笔数", "退款额", "净成交额", "新买家", "二次购买买家", "浏览人数", "加购人数", "下单人数", "支付人数", "收货人数", "合计",
	},
	"en": {
		"day", "orders placed", "orders paid", "GMV", "refunds", "refunded", "net", "new buyers", "second buyers", "people who looked",
		"people with a cart", "people who ordered", "people who paid", "people who received", "total",
	},
	"it": {
		"giorno", "ordini inviati", "ordini pagati", "GMV", "rimborsi", "rimborsato", "netto", "nuovi acquirenti", "secondi acquirenti",
		"persone che hanno guardato", "persone con carrello", "persone che hanno ordinato", "persone che hanno pagato",
		"persone che hanno ricevuto", "totale",
	},
}

// ExportSummary is the days of Summary as a file, "csv" or "xlsx", in yuan, with their sum. Whoever gets it closes it. It
// is logged. Errors: ErrInvalid, ErrOutOfRange.
func (s *Service) ExportSummary(ctx context.Context, f Filter, format string, languages ...string) (*sheet.File, error) {
	v, err := s.Summary(ctx, f)
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "figures.export", trail.Subject{Kind: "figures", No: string(v.From + "/" + v.To)}, nil,
			map[string]any{"way": f.Way, "channel": f.Channel})
	})
	if err != nil {
		return nil, err
	}
	heading := summaryWords["en"]
	for _, l := range languages {
		if summaryWords[l] != nil {
			heading = summaryWords[l]
			break
		}
	}
	columns := len(heading) - 1
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(heading[:columns]...); err != nil {
			return err
		}
		row := func(period any, s Sales, p Funnel) error {
			return w.Row(period, s.Placed, s.Orders, s.GMVFen, s.Refunds, s.RefundFen, s.NetFen, s.NewBuyers, s.SecondBuyers,
				p.Seen, p.Carted, p.Ordered, p.Paid, p.Received)
		}
		for _, d := range v.Days {
			if err := row(string(d.Day), d.Sales, d.Funnel); err != nil {
				return err
			}
		}
		return row(heading[columns], v.Total, v.Funnel)
	})
}
