package fulfilment

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/sheet"
	"hutong/service/order"
)

const (
	// MostFileRows bounds the rows of a file of waybills.
	MostFileRows = 1_000
	// MaxFileBytes bounds the file.
	MaxFileBytes = 4 << 20

	mostFileColumns = 40
)

// FileOutcome is what became of a row of a file of waybills.
type FileOutcome string

// The outcomes.
const (
	FileSent    FileOutcome = "sent"    // the parcel was sent
	FileToSend  FileOutcome = "to_send" // of a dry run: it would be
	FileKnown   FileOutcome = "known"   // the order has a parcel with this waybill; nothing was done
	FileRefused FileOutcome = "refused"
)

// FileRow is a row of a file of waybills, and what became of it.
type FileRow struct {
	Row     int         `json:"row" doc:"In the file: the heading is 1, empty rows are not counted"`
	OrderNo string      `json:"order"`
	Carrier string      `json:"carrier" doc:"Code; as it was written where it is not known"`
	Waybill string      `json:"waybill"`
	Outcome FileOutcome `json:"outcome" enum:"sent,to_send,known,refused"`
	Refused error       `json:"-"` // an error of Ship
}

// column is a column of a file of waybills.
type column int

const (
	colOrder column = iota
	colCarrier
	colWaybill
	colSKU
	colQuantity
	columns
)

// headings are how people call the columns, in lower case; the first is what the template has.
var headings = [columns]map[string][]string{
	colOrder: {
		"zh-CN": {"订单号", "订单编号", "订单", "商户订单号"}, "en": {"order", "order no", "order number", "order no."},
		"it": {"ordine", "numero ordine", "n. ordine"},
	},
	colCarrier: {
		"zh-CN": {"快递公司", "物流公司", "承运商", "快递"}, "en": {"carrier", "shipping company"}, "it": {"corriere", "vettore"},
	},
	colWaybill: {
		"zh-CN": {"运单号", "快递单号", "物流单号", "运单编号"}, "en": {"waybill", "tracking number", "tracking no", "tracking"},
		"it": {"lettera di vettura", "numero di spedizione", "tracking"},
	},
	colSKU:      {"zh-CN": {"SKU编号", "sku", "sku编号", "货号"}, "en": {"sku"}, "it": {"sku"}},
	colQuantity: {"zh-CN": {"数量", "件数"}, "en": {"quantity", "pieces"}, "it": {"quantità", "pezzi"}},
}

// ShipFile sends the parcels by express of a file, CSV or .xlsx, each by itself. Rows with the same order, carrier and
// waybill are one parcel; without SKUs it has all that is left to send. The same file again sends nothing twice. A dry
// run changes nothing and tells what would become of each row. Errors: ErrNotASheet, ErrTooMany at "file";
// ErrColumnMissing; else the database's: then the parcels before it are sent.
func (s *Service) ShipFile(ctx context.Context, content []byte, dry bool) ([]FileRow, error) {
	table, err := sheet.Read(content, sheet.Bounds{Rows: MostFileRows, Columns: mostFileColumns})
	if err != nil {
		return nil, err
	}
	rows, parcels, err := readParcels(table)
	if err != nil {
		return nil, err
	}
	if dry {
		err = s.tryParcels(ctx, parcels)
	} else {
		err = s.sendParcels(ctx, parcels)
	}
	if err != nil {
		return nil, err
	}
	for _, p := range parcels {
		for _, i := range p.rows {
			rows[i].Outcome, rows[i].Refused = p.outcome, p.refused
		}
	}
	return rows, nil
}

// fileParcel is a parcel of a file.
type fileParcel struct {
	orderNo string
	box     Box
	rows    []int // of the file that make it up
	outcome FileOutcome
	refused error
}

// readParcels reads the rows of a table, and the parcels they make up in their order.
func readParcels(table [][]string) (rows []FileRow, parcels []*fileParcel, err error) {
	if len(table) == 0 {
		return nil, nil, model.ErrColumnMissing.At("file").With("column", headings[colOrder]["zh-CN"][0])
	}
	at, err := findColumns(table[0])
	if err != nil {
		return nil, nil, err
	}
	known := map[[3]string]*fileParcel{}
	for i, cells := range table[1:] {
		cell := func(c column) string {
			if at[c] < 0 || at[c] >= len(cells) {
				return ""
			}
			return cells[at[c]]
		}
		r := FileRow{
			Row: i + 2, OrderNo: strings.ToUpper(cell(colOrder)), Carrier: carrierCalled(cell(colCarrier)), Waybill: number(cell(colWaybill)),
		}
		rows = append(rows, r)
		key := [3]string{r.OrderNo, r.Carrier, r.Waybill}
		p := known[key]
		if p == nil || len(p.box.Lines) == 0 || cell(colSKU) == "" {
			p = &fileParcel{orderNo: r.OrderNo, box: Box{Carrier: r.Carrier, Waybill: r.Waybill}}
			known[key], parcels = p, append(parcels, p)
		}
		p.rows = append(p.rows, i)
		if sku := cell(colSKU); sku != "" {
			n, err := strconv.Atoi(number(cell(colQuantity)))
			if err != nil {
				n = 0 // which is out of range
			}
			p.box.Lines = append(p.box.Lines, Piece{strings.ToUpper(sku), n})
		}
	}
	return rows, parcels, nil
}

// findColumns is where each column is, −1 for one that is not there. Errors: ErrColumnMissing.
func findColumns(heading []string) (at [columns]int, err error) {
	for c := range columns {
		at[c] = slices.IndexFunc(heading, func(h string) bool {
			h = strings.ToLower(strings.TrimSpace(h))
			for _, names := range headings[c] {
				if slices.ContainsFunc(names, func(n string) bool { return strings.ToLower(n) == h }) {
					return true
				}
			}
			return false
		})
		if at[c] < 0 && c <= colWaybill {
			return at, model.ErrColumnMissing.At("file").With("column", headings[c]["zh-CN"][0]+" / "+headings[c]["en"][0])
		}
	}
	return at, nil
}

// carrierCalled is the code of a carrier by its code, its name in any language, or how its Chinese name begins; what
// is not known stays as it is.
func carrierCalled(typed string) string {
	begins := ""
	for _, c := range carriers {
		if strings.EqualFold(c.Code, typed) {
			return c.Code
		}
		for _, name := range c.Name {
			if strings.EqualFold(name, typed) {
				return c.Code
			}
		}
		if len([]rune(typed)) >= 2 && strings.HasPrefix(c.Name["zh-CN"], typed) {
			if begins != "" {
				return typed // of two
			}
			begins = c.Code
		}
	}
	if begins != "" {
		return begins
	}
	return typed
}

var scientific = regexp.MustCompile(`^[0-9](\.[0-9]{1,14})?[eE]\+?[0-9]{1,2}$`)

// number undoes what Excel makes of a long number: 7.5312345678901E+13. What has lost digits stays as it is, and is
// refused.
func number(cell string) string {
	cell = strings.TrimSuffix(cell, ".0")
	if !scientific.MatchString(cell) {
		return cell
	}
	r, ok := new(big.Rat).SetString(cell)
	if !ok || !r.IsInt() || len(r.Num().String()) > 15 {
		return cell
	}
	return r.Num().String()
}

func (s *Service) sendParcels(ctx context.Context, parcels []*fileParcel) error {
	for _, p := range parcels {
		err := s.db.InTx(ctx, func(tx *gorm.DB) error { return s.sendParcel(ctx, tx, p, FileSent) })
		if p.refused, err = meant(err); err != nil {
			return fmt.Errorf("row %d: %w", p.rows[0]+2, err)
		}
		if p.refused != nil {
			p.outcome = FileRefused
		}
	}
	return nil
}

var errDry = errors.New("fulfilment: a dry run changes nothing")

// tryParcels does what sendParcels does, order by order, and takes it back.
func (s *Service) tryParcels(ctx context.Context, parcels []*fileParcel) error {
	var orders []string
	byOrder := map[string][]*fileParcel{}
	for _, p := range parcels {
		if byOrder[p.orderNo] == nil {
			orders = append(orders, p.orderNo)
		}
		byOrder[p.orderNo] = append(byOrder[p.orderNo], p)
	}
	for _, no := range orders {
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			for _, p := range byOrder[no] {
				// A savepoint: what a parcel that is refused had done until then does not count for the next.
				err := tx.Transaction(func(tx *gorm.DB) error { return s.sendParcel(ctx, tx, p, FileToSend) })
				if p.refused, err = meant(err); err != nil {
					return err
				}
				if p.refused != nil {
					p.outcome = FileRefused
				}
			}
			return errDry
		})
		if !errors.Is(err, errDry) {
			return fmt.Errorf("order %s: %w", no, err)
		}
	}
	return nil
}

// sendParcel is the step that sends a parcel of a file, unless its order has it already.
func (s *Service) sendParcel(ctx context.Context, tx *gorm.DB, p *fileParcel, outcome FileOutcome) error {
	in, err := Shipment{Delivery: model.DeliveryExpress, Parcels: []Box{p.box}}.checked()
	if err != nil {
		return err
	}
	o, err := order.LockAny(tx, p.orderNo)
	if err != nil {
		return err
	}
	var there int64
	err = tx.Model(&model.Parcel{}).Where("order_id = ? AND carrier = ? AND waybill = ?", o.ID, in.Parcels[0].Carrier, in.Parcels[0].Waybill).
		Count(&there).Error
	if err != nil {
		return fmt.Errorf("parcels of order %s: %w", o.No, err)
	}
	if there > 0 {
		p.outcome = FileKnown
		return nil
	}
	p.outcome = outcome
	_, err = s.ship(ctx, tx, o.No, in)
	return err
}
