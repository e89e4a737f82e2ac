package order

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// MostExported bounds the orders of one file.
const MostExported = 100_000

// exportBatch is how many orders are read at once.
const exportBatch = 500

// exportWords are the columns of a file of orders, by language; the last four go with the recipients in full.
var exportWords = map[string][]any{
	"zh-CN": {
		"订单号", "状态", "下单时间", "支付时间", "销售方式", "渠道", "商品金额", "优惠", "运费", "税费", "应付", "已退", "商品", "件数", "买家留言", "省", "市", "收件人", "电话", "区", "详细地址",
	},
	"en": {
		"order", "state", "placed", "paid", "way", "channel", "goods", "discount", "delivery", "tax", "total", "refunded", "items", "pieces",
		"remark", "province", "city", "recipient", "phone", "district", "address",
	},
	"it": {
		"ordine", "stato", "effettuato", "pagato", "modalità", "canale", "merce", "sconto", "consegna", "imposte", "totale", "rimborsato",
		"articoli", "pezzi", "nota", "provincia", "città", "destinatario", "telefono", "distretto", "indirizzo",
	},
}

// inFull is how many columns only a file in full has.
const inFull = 4

// Export is the orders that a filter chooses as a file, "csv" or "xlsx", newest first: amounts in yuan, instants in
// Shanghai's time. With full it has the recipients. What was taken is logged. Whoever gets it closes it. Errors:
// ErrTooMany at "from" beyond MostExported.
func (s *Service) Export(ctx context.Context, languages []string, f Filter, format string, full bool) (*sheet.File, error) {
	heading := exportWords["en"]
	if i := slices.IndexFunc(languages, func(l string) bool { return exportWords[l] != nil }); i >= 0 {
		heading = exportWords[languages[i]]
	}
	if !full {
		heading = heading[:len(heading)-inFull]
	}
	tx, n := s.db.Read(ctx), 0
	file, err := sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(heading...); err != nil {
			return err
		}
		var at DeskPlace
		for {
			orders, next, err := f.Page(tx, at, exportBatch)
			if err != nil {
				return err
			}
			if n += len(orders); n > MostExported {
				return model.ErrTooMany.At("from").With("max", fmt.Sprint(MostExported))
			}
			if err := s.exportRows(tx, w, orders, languages, full); err != nil {
				return err
			}
			if next == nil {
				return nil
			}
			at = *next
		}
	})
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "order.export", trail.Subject{Kind: "order"}, nil, map[string]any{
			"orders": n, "full": full, "from": f.From, "to": f.To, "statuses": f.Statuses, "by_name": f.Name != "", "by_phone": f.Phone != "",
		})
	})
	if err != nil {
		_ = file.Close() // nobody gets what is not logged
		return nil, err
	}
	return file, nil
}

func (s *Service) exportRows(tx *gorm.DB, w *sheet.Writer, orders []*model.Order, languages []string, full bool) error {
	views, err := s.deskViews(tx, orders, languages, full)
	if err != nil {
		return err
	}
	for _, v := range views {
		var goods []string
		pieces := 0
		for _, l := range v.Lines {
			goods = append(goods, fmt.Sprintf("%s × %d", strings.TrimSpace(l.Title+" "+l.Choice), l.Quantity))
			pieces += l.Quantity
		}
		row := []any{
			v.No, v.Status, clock(v.CreatedAt), clock(v.PaidAt), v.Way, v.Channel, v.GoodsFen, v.DiscountFen, v.FreightFen, v.TaxFen,
			v.TotalFen, v.RefundedFen, strings.Join(goods, "; "), pieces, v.Remark, v.Place.Province, v.Place.City,
		}
		if full {
			row = append(row, v.Place.Name, v.Place.Phone, v.Place.District, v.Place.Detail)
		}
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return nil
}

// clock is an instant as people in China read it; nothing for none.
func clock(at model.Millis) string {
	if at == 0 {
		return ""
	}
	return string(model.DayOf(at)) + " " + at.Time().Add(8*time.Hour).UTC().Format(time.TimeOnly)
}
