package catalogue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/search"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
	"hutong/service/stock"
)

// StockQuery says which SKUs the list of stock has. Zero values do not filter.
type StockQuery struct {
	Words  string     // as DeskQuery's
	Level  StockLevel // "": all
	Before int64      // where the page before has ended; 0: the beginning
	Limit  int        // 1–100
}

// StockRow is the stock of a SKU.
type StockRow struct {
	No        string     `json:"no" doc:"The SKU's number"`
	Handle    string     `json:"handle" doc:"The product's name in addresses"`
	Title     string     `json:"title" doc:"The product's"`
	Choice    []string   `json:"choice" doc:"What it is of the product, such as a colour and a size"`
	Picture   string     `json:"picture,omitempty"`
	Code      string     `json:"code" doc:"The brand's own article number"`
	Barcode   string     `json:"barcode"`
	OnHand    int64      `json:"on_hand" doc:"Pieces that are there"`
	Reserved  int64      `json:"reserved" doc:"Of these, held by orders that are not paid yet"`
	Available int64      `json:"available" doc:"Pieces that can be bought"`
	LowAt     int64      `json:"low_at" doc:"So few available are an alert; 0: as many as the brand says, -1: never"`
	Threshold int64      `json:"threshold" doc:"What counts: low_at, or what the brand says; -1: none"`
	Level     StockLevel `json:"level" enum:"in,low,out"`
}

// Stock is a page of the stock of all SKUs on sale, the newest first; put away ones are left out. next is 0 on the
// last page. Errors: ErrNotOneOf at level, ErrTooLong at q, ErrOutOfRange at limit.
func (s *Service) Stock(ctx context.Context, q StockQuery, languages ...string) (rows []StockRow, next int64, err error) {
	switch {
	case q.Limit < 1 || q.Limit > maxDeskLimit:
		return nil, 0, outOfRange("limit", maxDeskLimit)
	case utf8.RuneCountInString(q.Words) > search.MaxText:
		return nil, 0, model.ErrTooLong.With("max", strconv.Itoa(search.MaxText)).At("q")
	}
	low, err := LowAt(s.db.Read(ctx))
	if err != nil {
		return nil, 0, err
	}
	query := s.db.Read(ctx).Model(&model.SKU{}).Where("skus.active = ?", true)
	switch q.Level {
	case "":
	case LevelIn:
		query = query.Where("on_hand > reserved")
	case LevelLow:
		query = lowSKUs(query, low)
	case LevelOut:
		query = outSKUs(query)
	default:
		return nil, 0, model.ErrNotOneOf.With("values", "in, low, out").At("level")
	}
	query = notArchived(ctx, query)
	if q.Before > 0 {
		query = query.Where("skus.id < ?", q.Before)
	}
	if query, err = s.skuWords(ctx, query, q.Words); err != nil || query == nil {
		return []StockRow{}, 0, err
	}
	var found []model.SKU
	if err := query.Order("skus.id DESC").Limit(q.Limit + 1).Find(&found).Error; err != nil {
		return nil, 0, fmt.Errorf("stock: %w", err)
	}
	if len(found) > q.Limit {
		found = found[:q.Limit]
		next = found[q.Limit-1].ID
	}
	rows, err = s.stockRows(ctx, found, low, languages)
	return rows, next, err
}

// notArchived leaves out the SKUs of products that are put away.
func notArchived(ctx context.Context, query *gorm.DB) *gorm.DB {
	brandID, _ := model.BrandID(ctx)
	return query.Where("NOT EXISTS (SELECT 1 FROM products p WHERE p.id = skus.product_id AND p.brand_id = ? AND p.archived = ?)", brandID, true)
}

// StockSummary is how many SKUs on sale want somebody to look after their stock.
type StockSummary struct {
	Low int64 `json:"low" doc:"At their threshold or below; 1,000 stands for more"`
	Out int64 `json:"out" doc:"Of which nothing can be bought; 1,000 stands for more"`
}

// mostScarce is up to how many SKUs a summary counts.
const mostScarce = 1000

// StockSummary counts the SKUs on sale that are low, and those that are out; put away ones are left out.
func (s *Service) StockSummary(ctx context.Context) (sum StockSummary, err error) {
	low, err := LowAt(s.db.Read(ctx))
	if err != nil {
		return sum, err
	}
	count := func(query *gorm.DB) int64 {
		var ids []int64
		if err == nil {
			err = notArchived(ctx, query.Where("skus.active = ?", true)).Limit(mostScarce).Pluck("skus.id", &ids).Error
		}
		return int64(len(ids))
	}
	sum.Low = count(lowSKUs(s.db.Read(ctx).Model(&model.SKU{}), low))
	sum.Out = count(outSKUs(s.db.Read(ctx).Model(&model.SKU{})))
	if err != nil {
		return sum, fmt.Errorf("scarce stock: %w", err)
	}
	return sum, nil
}

// skuWords lets through the SKUs of products that have all the words, and what the whole text names; nil when nothing
// does.
func (s *Service) skuWords(ctx context.Context, query *gorm.DB, text string) (*gorm.DB, error) {
	words := strings.Fields(strings.ToLower(strings.ToValidUTF8(text, " ")))
	if len(words) == 0 {
		return query, nil
	}
	brandID, _ := model.BrandID(ctx)
	having, of, args := s.db.Read(ctx).Model(&model.Product{}), "", []any{brandID}
	for _, word := range words {
		pattern := "%" + likeEscape.Replace(word) + "%"
		having = having.Where("products.words LIKE ? ESCAPE '!'", pattern)
		of, args = of+" AND p.words LIKE ? ESCAPE '!'", append(args, pattern)
	}
	const fewProducts = 200
	var products, ids []int64
	if err := having.Limit(fewProducts+1).Pluck("products.id", &products).Error; err != nil {
		return nil, fmt.Errorf("products by words: %w", err)
	}
	if len(products) > fewProducts { // they are met soon on the way through the list
		return query.Where("(SELECT COUNT(*) FROM products p WHERE p.id = skus.product_id AND p.brand_id = ?"+of+") > 0", args...), nil
	}
	err := s.byCodes(ctx, strings.TrimSpace(text), func(found *gorm.DB) error {
		var some []int64
		err := found.Pluck("id", &some).Error
		ids = append(ids, some...)
		return err
	})
	if err == nil && len(products) > 0 {
		var some []int64
		err = s.db.Read(ctx).Model(&model.SKU{}).Where("product_id IN ?", products).Pluck("id", &some).Error
		ids = append(ids, some...)
	}
	if err != nil {
		return nil, fmt.Errorf("skus by words: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return query.Where("skus.id IN ?", ids), nil
}

// stockRows draws SKUs for the list of stock.
func (s *Service) stockRows(ctx context.Context, skus []model.SKU, low int64, languages []string) ([]StockRow, error) {
	rows := make([]StockRow, len(skus))
	if len(skus) == 0 {
		return rows, nil
	}
	ids := make([]int64, len(skus))
	for i, k := range skus {
		ids[i] = k.ProductID
	}
	var products []model.Product
	err := s.db.Read(ctx).Select("id", "handle", "title", "pictures", "options").Where("id IN ?", union(ids, nil)).Find(&products).Error
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	of := make(map[int64]model.Product, len(products))
	for _, p := range products {
		of[p.ID] = p
	}
	for i, k := range skus {
		rows[i] = stockRow(k, of[k.ProductID], low, languages)
	}
	return rows, nil
}

func stockRow(k model.SKU, p model.Product, low int64, languages []string) StockRow {
	r := StockRow{
		No: k.No, Handle: p.Handle, Title: p.Title.In(languages...), Choice: []string{}, Picture: k.Picture, Code: k.Code, Barcode: k.Barcode,
		OnHand: k.OnHand, Reserved: k.Reserved, Available: max(k.Available(), 0), LowAt: k.LowAt, Threshold: k.LowAt, Level: LevelIn,
	}
	if r.Picture == "" && len(p.Pictures) > 0 {
		r.Picture = cmp.Or(p.Pictures[0].Small, p.Pictures[0].URL)
	}
	if r.Threshold == 0 {
		r.Threshold = low
	}
	if r.Available == 0 {
		r.Level = LevelOut
	} else if k.Available() <= r.Threshold {
		r.Level = LevelLow
	}
	for option, value := range k.Choice {
		if option < len(p.Options) && value >= 0 && value < len(p.Options[option].Values) {
			r.Choice = append(r.Choice, p.Options[option].Values[value].In(languages...))
		}
	}
	return r
}

// Movement is one change of what is on hand of a SKU.
type Movement struct {
	Kind   model.MovementKind `json:"kind" enum:"receive,correct,sell,return,replace,regain"`
	Pieces int64              `json:"pieces" doc:"Added; below zero: taken away"`
	Order  string             `json:"order,omitempty" doc:"Number of the order that it was for"`
	Import string             `json:"import,omitempty" doc:"Number of the import that it came from"`
	Reason string             `json:"reason,omitempty" doc:"What was said to it, or the number of the refund"`
	At     model.Millis       `json:"at" doc:"UTC milliseconds"`
}

// Movements are what moved a SKU's stock, the newest first; before is where the page before has ended. next is 0 on
// the last page. Errors: ErrSKUNotFound, ErrOutOfRange at limit.
func (s *Service) Movements(ctx context.Context, no string, before int64, limit int) (all []Movement, next int64, err error) {
	if limit < 1 || limit > maxDeskLimit {
		return nil, 0, outOfRange("limit", maxDeskLimit)
	}
	k, err := skuOf(s.db.Read(ctx), no)
	if err != nil {
		return nil, 0, err
	}
	query := s.db.Read(ctx).Where("sku_id = ?", k.ID)
	rows, next, err := database.Latest(query, before, limit, func(r model.StockMovement) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("movements of sku %s: %w", no, err)
	}
	ids := []int64{}
	for _, m := range rows {
		if m.OrderID != 0 {
			ids = append(ids, m.OrderID)
		}
	}
	orders := map[int64]string{}
	if len(ids) > 0 {
		var found []model.Order
		if err := s.db.Read(ctx).Select("id", "no").Where("id IN ?", union(ids, nil)).Find(&found).Error; err != nil {
			return nil, 0, fmt.Errorf("orders of movements: %w", err)
		}
		for _, o := range found {
			orders[o.ID] = o.No
		}
	}
	all = make([]Movement, len(rows))
	for i, m := range rows {
		by, reason := importThatMoved(m.Reason)
		all[i] = Movement{m.Kind, m.OnHandDelta, orders[m.OrderID], by, reason, m.CreatedAt}
	}
	return all, next, nil
}

// importReason is the reason of a movement by an import, before its number.
const importReason = "import"

func movedBy(importNo string) string { return strings.TrimSpace(importReason + " " + importNo) }

// importThatMoved undoes movedBy.
func importThatMoved(reason string) (no, rest string) {
	if no, ok := strings.CutPrefix(reason, importReason+" "); ok {
		return no, importReason
	}
	return "", reason
}

// skuOf is a SKU by its number. Errors: ErrSKUNotFound.
func skuOf(tx *gorm.DB, no string) (k model.SKU, err error) {
	if !isASCII(no) { // MySQL would not compare it
		return k, model.ErrSKUNotFound
	}
	err = tx.Where("no = ?", no).Take(&k).Error
	if database.IsNotFound(err) {
		return k, model.ErrSKUNotFound
	}
	if err != nil {
		return k, fmt.Errorf("sku %s: %w", no, err)
	}
	return k, nil
}

// Correction is a count of what is on hand.
type Correction struct {
	OnHand int64  `json:"on_hand" minimum:"0" maximum:"100000000" doc:"Pieces that are there"`
	Was    int64  `json:"was" minimum:"0" doc:"Pieces as they were shown: when something was sold since, nothing is changed"`
	Reason string `json:"reason" enum:"counted,received,damaged,lost,found,other"`
	Note   string `json:"note,omitempty" maxLength:"100"`
}

// correctionReasons are those of Correction.Reason.
const correctionReasons = "counted, received, damaged, lost, found, other"

// maxNote is how many characters a correction's note may have: the column of reasons has room for it.
const maxNote = 100

func (in Correction) check() error {
	var errs checks
	errs.span("on_hand", in.OnHand, 0, maxStock)
	errs.length("note", in.Note, maxNote)
	known := false
	for reason := range strings.SplitSeq(correctionReasons, ", ") {
		known = known || reason == in.Reason
	}
	errs.add(known, model.ErrNotOneOf.With("values", correctionReasons).At("reason"))
	return errs.err()
}

// Correct sets what is on hand of a SKU, once for each key. Errors: ErrSKUNotFound; ErrChangedMeanwhile when it was
// moved since it was shown; ErrBelowReserved when orders hold more; ErrNotOneOf at reason, ErrTooLong, ErrOutOfRange.
func (s *Service) Correct(ctx context.Context, key, no string, in Correction, languages ...string) (StockRow, error) {
	if err := in.check(); err != nil {
		return StockRow{}, err
	}
	r := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: key, Operation: "stock.correct", Input: []any{no, in},
	}
	_, err := idem.Once(ctx, s.db, s.now, r, func(tx *gorm.DB) (done bool, err error) {
		return true, s.changeIn(ctx, tx, func(c *change) error { return c.correct(ctx, no, in) })
	})
	if err != nil {
		return StockRow{}, err
	}
	return s.stockOf(ctx, no, languages)
}

// correct is the step of Correct. Pages show the new figure at once, for the version grows; the product keeps its own,
// so that nobody who has it open is told of a change.
func (c *change) correct(ctx context.Context, no string, in Correction) error {
	k, err := skuOf(c.tx, no)
	if err != nil {
		return err
	}
	if k.OnHand != in.Was {
		return model.ErrChangedMeanwhile.At("was")
	}
	if in.OnHand == in.Was {
		return nil
	}
	reason := in.Reason
	if in.Note != "" {
		reason += ": " + in.Note
	}
	c.made = true
	err = stock.CorrectTo(c.tx, k, in.OnHand, reason)
	switch {
	case errors.Is(err, model.ErrOutOfStock):
		return belowReserved(k.Reserved)
	case errors.Is(err, model.ErrConflict): // a sale or a reservation came in between
		return model.ErrChangedMeanwhile.At("was")
	case err != nil:
		return err
	}
	return trail.Write(ctx, c.tx, "stock.correct", trail.Subject{Kind: "sku", No: no},
		map[string]any{"on_hand": in.Was}, map[string]any{"on_hand": in.OnHand, "reason": reason})
}

func belowReserved(n int64) error {
	return model.ErrBelowReserved.With("reserved", strconv.FormatInt(n, 10)).At("on_hand")
}

// stockOf is the stock of one SKU.
func (s *Service) stockOf(ctx context.Context, no string, languages []string) (StockRow, error) {
	k, err := skuOf(s.db.Read(ctx), no)
	if err != nil {
		return StockRow{}, err
	}
	low, err := LowAt(s.db.Read(ctx))
	if err != nil {
		return StockRow{}, err
	}
	rows, err := s.stockRows(ctx, []model.SKU{k}, low, languages)
	if err != nil {
		return StockRow{}, err
	}
	return rows[0], nil
}

// Threshold is how few available pieces are an alert.
type Threshold struct {
	LowAt int64 `json:"low_at" minimum:"-1" maximum:"100000000" doc:"Of a SKU, 0: as many as the brand says, -1: never; of the brand, 0: never"`
}

// SetThreshold says how few available pieces of a SKU are an alert. Errors: ErrSKUNotFound, ErrOutOfRange at low_at.
func (s *Service) SetThreshold(ctx context.Context, no string, in Threshold, languages ...string) (StockRow, error) {
	if in.LowAt < model.LowNever || in.LowAt > maxStock {
		return StockRow{}, model.ErrOutOfRange.With("min", "-1").With("max", strconv.Itoa(maxStock)).At("low_at")
	}
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		k, err := skuOf(tx, no)
		if err != nil || k.LowAt == in.LowAt {
			return err
		}
		if err := tx.Model(&model.SKU{}).Where("id = ?", k.ID).Update("low_at", in.LowAt).Error; err != nil {
			return fmt.Errorf("sku %s: %w", no, err)
		}
		return trail.Write(ctx, tx, "stock.threshold", trail.Subject{Kind: "sku", No: no}, Threshold{k.LowAt}, in)
	})
	if err != nil {
		return StockRow{}, err
	}
	return s.stockOf(ctx, no, languages)
}

// StockSettings is what the brand says of its stock.
func (s *Service) StockSettings(ctx context.Context) (Threshold, error) {
	low, err := LowAt(s.db.Read(ctx))
	return Threshold{low}, err
}

// SetStockSettings says how few available pieces are an alert, of all SKUs that do not say otherwise. Errors:
// ErrOutOfRange at low_at.
func (s *Service) SetStockSettings(ctx context.Context, in Threshold) (Threshold, error) {
	if in.LowAt < 0 || in.LowAt > maxStock {
		return in, model.ErrOutOfRange.With("min", "0").With("max", strconv.Itoa(maxStock)).At("low_at")
	}
	return in, s.db.InTx(ctx, func(tx *gorm.DB) error {
		was, err := LowAt(tx)
		if err != nil || was == in.LowAt {
			return err
		}
		res := tx.Model(&model.StockSetting{}).Where("1 = 1").Update("low_at", in.LowAt)
		if err = res.Error; err == nil && res.RowsAffected == 0 {
			if err = tx.Create(&model.StockSetting{LowAt: in.LowAt}).Error; database.IsDuplicate(err) {
				return model.ErrConflict
			}
		}
		if err != nil {
			return fmt.Errorf("stock setting: %w", err)
		}
		return trail.Write(ctx, tx, "stock.settings", trail.Subject{Kind: "brand"}, Threshold{was}, in)
	})
}
