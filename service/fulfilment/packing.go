package fulfilment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// MostPacked bounds the orders of one packing list.
const MostPacked = 100

// Packing is what of an order is still to be packed, and for whom.
type Packing struct {
	OrderNo  string            `json:"order"`
	Status   model.OrderStatus `json:"status" enum:"paid,partly_shipped"`
	PaidAt   model.Millis      `json:"paid_at" doc:"UTC milliseconds"`
	Place    model.Place       `json:"place"`
	Remark   string            `json:"remark,omitempty" doc:"The consumer's word"`
	Notes    []string          `json:"notes" doc:"The staff's"`
	Lines    []PackingLine     `json:"lines"`
	Quantity int               `json:"quantity" doc:"Pieces in all"`
	WeightG  int64             `json:"weight_grams"`
}

// PackingLine is so many pieces of one SKU.
type PackingLine struct {
	SKUNo    string `json:"sku"`
	Code     string `json:"code,omitempty" doc:"The brand's own article number, as it is now"`
	Title    string `json:"title"`
	Choice   string `json:"choice"`
	Picture  string `json:"picture"`
	Quantity int    `json:"quantity" doc:"Still to be sent"`
}

// PackingList is what of some orders is still to be sent, or without numbers of those that have waited longest: at most
// limit. An order of which nothing is left, or whose buyer has had their account deleted, is not in it. That the
// recipients were read is logged. Errors: ErrTooMany at "order".
func (s *Service) PackingList(ctx context.Context, languages []string, nos []string, limit int) (list []Packing, err error) {
	if len(nos) > MostPacked {
		return nil, model.ErrTooMany.At("order").With("max", fmt.Sprint(MostPacked))
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		list, err = packing(tx, languages, nos, limit)
		if err != nil {
			return err
		}
		return logged(ctx, tx, list)
	})
	return list, err
}

// logged is the step that logs whose names and addresses were read.
func logged(ctx context.Context, tx *gorm.DB, list []Packing) error {
	for _, p := range list {
		if err := trail.Write(ctx, tx, "order.recipient_read", trail.Subject{Kind: "order", No: p.OrderNo}, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// waiting are the states in which something is still to be sent.
var waiting = []model.OrderStatus{model.OrderPaid, model.OrderPartlyShipped}

// packing is what is still to be sent, what has waited longest first.
func packing(tx *gorm.DB, languages []string, nos []string, limit int) ([]Packing, error) {
	var orders []model.Order
	for _, st := range waiting { // each is a range of the index
		query := tx.Where("orders.status = ?", st).
			Where("orders.user_id NOT IN (?)", tx.Model(&model.User{}).Select("id").Where("deleted_at > 0"))
		if len(nos) > 0 {
			query = query.Where("orders.no IN ?", nos)
		}
		var some []model.Order
		if err := query.Order("orders.created_at, orders.id").Limit(limit).Find(&some).Error; err != nil {
			return nil, fmt.Errorf("orders to pack: %w", err)
		}
		orders = append(orders, some...)
	}
	slices.SortFunc(orders, func(a, b model.Order) int {
		return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	orders = orders[:min(len(orders), limit)]
	ids := make([]int64, len(orders))
	for i, o := range orders {
		ids[i] = o.ID
	}
	lines, err := byOrder(tx, &[]model.OrderLine{}, ids, "order_id, position", func(l model.OrderLine) int64 { return l.OrderID })
	if err != nil {
		return nil, err
	}
	notes, err := byOrder(tx, &[]model.OrderNote{}, ids, "id", func(n model.OrderNote) int64 { return n.OrderID })
	if err != nil {
		return nil, err
	}
	codes, err := codesOf(tx, lines)
	if err != nil {
		return nil, err
	}
	list := []Packing{}
	for _, o := range orders {
		p := Packing{OrderNo: o.No, Status: o.Status, PaidAt: o.PaidAt, Place: o.Place, Remark: o.Remark, Notes: []string{}}
		for _, n := range notes[o.ID] {
			p.Notes = append(p.Notes, n.Words)
		}
		for _, l := range lines[o.ID] {
			if n := leftOf(l); n > 0 {
				p.Lines = append(p.Lines, PackingLine{l.SKUNo, codes[l.SKUID], l.Title.In(languages...), l.Choice.In(languages...), l.Picture, n})
				p.Quantity += n
				p.WeightG += l.WeightGrams * int64(n)
			}
		}
		if p.Quantity > 0 {
			list = append(list, p)
		}
	}
	return list, nil
}

// codesOf are the article numbers that the brand has for the SKUs of some lines: those on its shelves, not those when
// the order was placed.
func codesOf(tx *gorm.DB, lines map[int64][]model.OrderLine) (map[int64]string, error) {
	var ids []int64
	for _, some := range lines {
		for _, l := range some {
			ids = append(ids, l.SKUID)
		}
	}
	var skus []model.SKU
	if err := tx.Select("id", "code").Where("id IN ?", ids).Find(&skus).Error; err != nil {
		return nil, fmt.Errorf("article numbers: %w", err)
	}
	codes := make(map[int64]string, len(skus))
	for _, k := range skus {
		codes[k.ID] = k.Code
	}
	return codes, nil
}

// byOrder reads what belongs to orders, with one query for some hundreds of them.
func byOrder[T any](tx *gorm.DB, rows *[]T, ids []int64, sorted string, of func(T) int64) (map[int64][]T, error) {
	found := make(map[int64][]T, len(ids))
	for len(ids) > 0 {
		some := ids[:min(len(ids), 500)]
		ids = ids[len(some):]
		if err := tx.Where("order_id IN ?", some).Order(sorted).Find(rows).Error; err != nil {
			return nil, fmt.Errorf("%T: %w", *rows, err)
		}
		for _, r := range *rows {
			found[of(r)] = append(found[of(r)], r)
		}
		*rows = nil
	}
	return found, nil
}

// words of the template that are no column of a file of waybills.
var templateWords = map[string][]string{
	"zh-CN": {"商品", "件数", "备注", "收件人", "电话", "地址"},
	"en":    {"goods", "number of pieces", "remark", "recipient", "phone", "address"},
	"it":    {"articoli", "numero di pezzi", "nota", "destinatario", "telefono", "indirizzo"},
}

// Template is a file of waybills to be filled in, "csv" or "xlsx": an order in each row that has something to be sent,
// what has waited longest first. With full it has the recipients, which is logged. Whoever gets it closes it.
func (s *Service) Template(ctx context.Context, format string, languages []string, full bool) (*sheet.File, error) {
	list := []Packing{}
	err := s.db.InTx(ctx, func(tx *gorm.DB) (err error) {
		if list, err = packing(tx, languages, nil, MostFileRows); err != nil || !full {
			return err
		}
		return logged(ctx, tx, list)
	})
	if err != nil {
		return nil, err
	}
	language := languages[0]
	if templateWords[language] == nil {
		language = "en"
	}
	words := templateWords[language]
	heading := []any{
		headings[colOrder][language][0], headings[colCarrier][language][0], headings[colWaybill][language][0], words[0], words[1], words[2],
	}
	if full {
		heading = append(heading, words[3], words[4], words[5])
	}
	return sheet.Make(sheet.Format(format), func(w *sheet.Writer) error {
		if err := w.Row(heading...); err != nil {
			return err
		}
		for _, p := range list {
			if err := w.Row(p.templateRow(full)...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p Packing) templateRow(full bool) []any {
	var goods []string
	for _, l := range p.Lines {
		goods = append(goods, fmt.Sprintf("%s × %d", strings.TrimSpace(l.Title+" "+l.Choice), l.Quantity))
	}
	row := []any{p.OrderNo, "", "", strings.Join(goods, "; "), p.Quantity, p.Remark}
	if full {
		row = append(row, p.Place.Name, p.Place.Phone, p.Place.Province+p.Place.City+p.Place.District+p.Place.Detail)
	}
	return row
}
