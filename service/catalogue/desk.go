package catalogue

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/search"
	"hutong/service/database"
)

// ProductState is what staff see a product in.
type ProductState string

// The states.
const (
	StateDraft     ProductState = "draft"     // consumers do not see it
	StateScheduled ProductState = "scheduled" // nor yet
	StatePublished ProductState = "published"
	StateArchived  ProductState = "archived" // put away
)

// StateOf is a product's state.
func StateOf(p model.Product) ProductState {
	switch {
	case p.Archived:
		return StateArchived
	case p.Published:
		return StatePublished
	case p.PublishAt > 0:
		return StateScheduled
	}
	return StateDraft
}

// StockLevel is how a SKU's stock, or a product's, stands.
type StockLevel string

// The levels. Of a product: out when nothing of it can be bought, low when something of it is at its threshold.
const (
	LevelIn  StockLevel = "in"
	LevelLow StockLevel = "low"
	LevelOut StockLevel = "out"
)

// DeskSort is an order of the staff's list.
type DeskSort string

// The orders.
const (
	DeskUpdated   DeskSort = "updated" // last changed first
	DeskCreated   DeskSort = "created" // newest first
	DeskShelf     DeskSort = "shelf"   // as the shop shows them
	DeskPriceAsc  DeskSort = "price_asc"
	DeskPriceDesc DeskSort = "price_desc"
)

var deskOrders = map[DeskSort]order{
	DeskUpdated:   {"updated_at", true, func(p model.Product) int64 { return int64(p.UpdatedAt) }},
	DeskCreated:   {"id", true, func(p model.Product) int64 { return p.ID }},
	DeskShelf:     orders[SortDefault],
	DeskPriceAsc:  orders[SortPriceAsc],
	DeskPriceDesc: orders[SortPriceDesc],
}

// DeskQuery says which products staff want to see. Zero values do not filter, but archived products are seen by
// State alone.
type DeskQuery struct {
	Words    string // parts of title, vendor or name in addresses, the beginning of an article number, or a barcode
	Category string // a slug: its products and those of the categories below it; "none": those in no category
	State    ProductState
	Stock    StockLevel
	Sort     DeskSort // "": DeskUpdated
	After    Place
	Limit    int // 1–100
}

// DeskProduct is a product in the staff's list.
type DeskProduct struct {
	Handle      string       `json:"handle" doc:"Names the product, here and in the shop's addresses"`
	Title       string       `json:"title"`
	Picture     string       `json:"picture,omitempty"`
	State       ProductState `json:"state" enum:"draft,scheduled,published,archived"`
	PublishAt   model.Millis `json:"publish_at,omitempty" doc:"When it is published by itself; UTC milliseconds"`
	PublishedAt model.Millis `json:"published_at,omitempty"`
	PriceFen    model.Fen    `json:"price_fen" doc:"The lowest among its SKUs"`
	PriceToFen  model.Fen    `json:"price_to_fen,omitempty" doc:"The highest; absent when there is one price"`
	SKUs        int64        `json:"skus" doc:"How many there are to choose from"`
	OnHand      int64        `json:"on_hand" doc:"Pieces of all its SKUs"`
	Available   int64        `json:"available" doc:"Pieces that can be bought"`
	Stock       StockLevel   `json:"stock" enum:"in,low,out"`
	Vendor      string       `json:"vendor,omitempty"`
	Version     int64        `json:"version" doc:"Send it back with a change"`
	UpdatedAt   model.Millis `json:"updated_at" doc:"UTC milliseconds"`
}

// maxDeskLimit is how many products one page of the staff's list has at most.
const maxDeskLimit = 100

var ofDesk = []string{
	"id", "handle", "title", "pictures", "published", "publish_at", "published_at", "archived", "vendor", "price_fen", "sort",
	"catalogue_version", "updated_at",
}

// AtDesk is a page of the products as staff see them. next is nil on the last. Errors: ErrNotOneOf at sort, state or
// stock; ErrCategoryNotFound; ErrOutOfRange at limit; ErrTooLong at q.
func (s *Service) AtDesk(ctx context.Context, q DeskQuery, languages ...string) (rows []DeskProduct, next *Place, err error) {
	if q.Sort == "" {
		q.Sort = DeskUpdated
	}
	o, ok := deskOrders[q.Sort]
	switch {
	case !ok:
		return nil, nil, model.ErrNotOneOf.With("values", "updated, created, shelf, price_asc, price_desc").At("sort")
	case q.Limit < 1 || q.Limit > maxDeskLimit:
		return nil, nil, outOfRange("limit", maxDeskLimit)
	case utf8.RuneCountInString(q.Words) > search.MaxText:
		return nil, nil, model.ErrTooLong.With("max", strconv.Itoa(search.MaxText)).At("q")
	}
	low, err := LowAt(s.db.Read(ctx))
	if err != nil {
		return nil, nil, err
	}
	query, err := s.deskFilter(ctx, q, low)
	if err != nil || query == nil {
		return []DeskProduct{}, nil, err
	}
	query = o.from(query, q.After)
	// What sorts them is in an index; the rows are read of this page alone.
	var ids []int64
	if err := o.sorted(query).Limit(q.Limit+1).Pluck("products.id", &ids).Error; err != nil {
		return nil, nil, fmt.Errorf("products: %w", err)
	}
	if len(ids) == 0 {
		return []DeskProduct{}, nil, nil
	}
	var found []model.Product
	if err := s.db.Read(ctx).Select(ofDesk).Where("id IN ?", ids).Find(&found).Error; err != nil {
		return nil, nil, fmt.Errorf("products: %w", err)
	}
	found = inOrder(found, ids, func(p model.Product) int64 { return p.ID })
	if len(found) > q.Limit {
		found = found[:q.Limit]
		last := found[q.Limit-1]
		next = &Place{Value: o.value(last), ID: last.ID}
	}
	rows, err = s.deskRows(ctx, found, low, languages)
	return rows, next, err
}

// from leaves out what comes before a place.
func (o order) from(query *gorm.DB, at Place) *gorm.DB {
	if at == (Place{}) {
		return query
	}
	// In this form MySQL reads the index from the place on; it would not for a comparison of pairs.
	compare := ">"
	if o.desc {
		compare = "<"
	}
	return query.Where(fmt.Sprintf("products.%[1]s %[2]s= ? AND (products.%[1]s %[2]s ? OR products.id %[2]s ?)", o.column, compare),
		at.Value, at.Value, at.ID)
}

func (o order) sorted(query *gorm.DB) *gorm.DB {
	direction := ""
	if o.desc {
		direction = " DESC"
	}
	if o.column == "id" {
		return query.Order("products.id" + direction)
	}
	return query.Order("products." + o.column + direction + ", products.id" + direction)
}

// LowAt is how few available pieces of a SKU are an alert in the brand of tx's context.
func LowAt(tx *gorm.DB) (int64, error) {
	var row model.StockSetting
	err := tx.Take(&row).Error
	if database.IsNotFound(err) {
		return model.DefaultLow, nil
	}
	if err != nil {
		return 0, fmt.Errorf("stock setting: %w", err)
	}
	return row.LowAt, nil
}

// IsLow is, in SQL, that a SKU has no more available than its threshold; its argument is the brand's.
const IsLow = "on_hand - reserved <= CASE WHEN low_at = 0 THEN ? ELSE low_at END"

// deskFilter is the query for the products that the list has; nil when it can have none.
func (s *Service) deskFilter(ctx context.Context, q DeskQuery, low int64) (*gorm.DB, error) {
	brandID, _ := model.BrandID(ctx)
	query := s.db.Read(ctx).Model(&model.Product{}).Where("products.archived = ?", q.State == StateArchived)
	switch q.State {
	case "", StateArchived:
	case StatePublished:
		query = query.Where("products.published = ?", true)
	case StateScheduled:
		query = query.Where("products.published = ? AND products.publish_at > 0", false)
	case StateDraft:
		query = query.Where("products.published = ? AND products.publish_at = 0", false)
	default:
		return nil, model.ErrNotOneOf.With("values", "draft, scheduled, published, archived").At("state")
	}
	query, err := s.deskStock(ctx, query, q.Stock, low)
	if err != nil || query == nil {
		return nil, err
	}
	if q.Category == "none" {
		query = query.Where("NOT EXISTS (SELECT 1 FROM product_categories pc WHERE pc.brand_id = ? AND pc.product_id = products.id)", brandID)
	} else if q.Category != "" {
		t, err := s.tree(ctx)
		if err != nil {
			return nil, err
		}
		c, ok := t.bySlug[q.Category]
		if !ok {
			return nil, model.ErrCategoryNotFound.At("category")
		}
		query = query.Where("products.id IN (SELECT product_id FROM product_categories WHERE brand_id = ? AND category_id IN ?)",
			brandID, t.within(c.ID))
	}
	return s.deskWords(ctx, query, q.Words)
}

// lowSKUs lets through the SKUs with no more available than their threshold, by the index of scarcity; low is the
// brand's threshold.
func lowSKUs(query *gorm.DB, low int64) *gorm.DB {
	query = query.Where("skus.scarcity BETWEEN 0 AND ?", min(low+1, model.ScarcityMost))
	if low+1 < model.ScarcityMost {
		return query
	}
	return query.Where(IsLow, low) // the index does not tell so many apart
}

// outSKUs lets through the SKUs of which nothing is available, by the same index.
func outSKUs(query *gorm.DB) *gorm.DB { return query.Where("skus.scarcity <= 0") }

// deskStock lets through the products whose stock stands so; nil when none does. The pieces on hand are in no index,
// for orders move them all the time, but how scarce they are is. What few products have is looked up by their ids, and
// what many have is met soon on the way through the list: a comparison of counts keeps MySQL to that way.
func (s *Service) deskStock(ctx context.Context, query *gorm.DB, level StockLevel, low int64) (*gorm.DB, error) {
	brandID, _ := model.BrandID(ctx)
	const ofSKUs = "(SELECT COUNT(*) FROM skus WHERE skus.brand_id = ? AND skus.product_id = products.id AND active = ? AND "
	switch level {
	case "":
		return query, nil
	case LevelIn:
		return query.Where(ofSKUs+"on_hand > reserved) > 0", brandID, true), nil
	case LevelLow, LevelOut:
	default:
		return nil, model.ErrNotOneOf.With("values", "in, low, out").At("stock")
	}
	has := s.db.Read(ctx).Model(&model.SKU{}).Where("active = ?", true)
	if level == LevelLow {
		has = lowSKUs(has, low)
	} else {
		has = outSKUs(has) // at least one of them
	}
	var ids []int64
	if err := has.Limit(few+1).Pluck("product_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("products by stock: %w", err)
	}
	switch {
	case len(ids) > few && level == LevelLow:
		return query.Where(ofSKUs+IsLow+") > 0", brandID, true, low), nil
	case len(ids) > few:
		return query.Where(ofSKUs+"on_hand > reserved) = 0", brandID, true), nil
	case len(ids) > 0 && level == LevelOut:
		var sellable []int64
		err := s.db.Read(ctx).Model(&model.SKU{}).Where("product_id IN ? AND active = ? AND on_hand > reserved", ids, true).
			Distinct().Pluck("product_id", &sellable).Error
		if err != nil {
			return nil, fmt.Errorf("products by stock: %w", err)
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool { return slices.Contains(sellable, id) })
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return query.Where("products.id IN ?", union(ids, nil)), nil
}

// few is up to how many products or SKUs are looked up by their ids rather than found on the way through the list.
const few = 1000

// deskWords lets through what has all the words; nil when nothing has.
func (s *Service) deskWords(ctx context.Context, query *gorm.DB, text string) (*gorm.DB, error) {
	words := strings.Fields(strings.ToLower(strings.ToValidUTF8(text, " ")))
	if len(words) == 0 {
		return query, nil
	}
	// The words of all products are in one index. What is in few products is found there at once; what is in many is
	// met soon on the way through the list.
	having := func(tx *gorm.DB) *gorm.DB {
		for _, word := range words {
			tx = tx.Where("products.words LIKE ? ESCAPE '!'", "%"+likeEscape.Replace(word)+"%")
		}
		return tx
	}
	var ids []int64
	if err := having(s.db.Read(ctx).Model(&model.Product{})).Limit(few+1).Pluck("products.id", &ids).Error; err != nil {
		return nil, fmt.Errorf("products by words: %w", err)
	}
	byCode, err := s.byCode(ctx, strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	if len(ids) > few {
		return having(query), nil
	}
	if ids = union(ids, byCode); len(ids) == 0 {
		return nil, nil
	}
	return query.Where("products.id IN ?", ids), nil
}

// byCode finds products by byCodes.
func (s *Service) byCode(ctx context.Context, code string) (ids []int64, err error) {
	err = s.byCodes(ctx, code, func(found *gorm.DB) error {
		var some []int64
		err := found.Pluck("product_id", &some).Error
		ids = append(ids, some...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("products by code: %w", err)
	}
	return ids, nil
}

// byCodes finds SKUs by the beginning of an article number, as it is written or in capitals, or by their whole barcode
// or number.
func (s *Service) byCodes(ctx context.Context, code string, take func(found *gorm.DB) error) error {
	if strings.ContainsRune(code, ' ') || code == "" {
		return nil
	}
	for _, by := range []struct{ condition, value string }{
		{"code LIKE ? ESCAPE '!'", likeEscape.Replace(code) + "%"},
		{"code LIKE ? ESCAPE '!'", likeEscape.Replace(strings.ToUpper(code)) + "%"},
		{"barcode = ?", code},
		{"no = ?", strings.ToUpper(code)},
	} {
		if strings.HasPrefix(by.condition, "no ") && !isASCII(code) { // MySQL would not compare them
			continue
		}
		if err := take(s.db.Read(ctx).Model(&model.SKU{}).Where(by.condition, by.value).Limit(few)); err != nil {
			return err
		}
	}
	return nil
}

// within is a category and all below it, published or not.
func (t tree) within(id int64) (ids []int64) {
	ids = append(ids, id)
	for _, c := range t.children[id] {
		ids = append(ids, t.within(c.ID)...)
	}
	return ids
}

// deskRows draws products for the staff's list.
func (s *Service) deskRows(ctx context.Context, products []model.Product, low int64, languages []string) ([]DeskProduct, error) {
	rows := make([]DeskProduct, len(products))
	ids := make([]int64, len(products))
	for i, p := range products {
		ids[i] = p.ID
	}
	type sum struct {
		ProductID, SKUs, OnHand, Available, Low int64
		Highest                                 model.Fen
	}
	var sums []sum
	if len(ids) > 0 {
		err := s.db.Read(ctx).Model(&model.SKU{}).Select("product_id, COUNT(*) AS sk_us, SUM(on_hand) AS on_hand, "+
			"SUM(CASE WHEN on_hand > reserved THEN on_hand - reserved ELSE 0 END) AS available, "+
			"SUM(CASE WHEN "+IsLow+" THEN 1 ELSE 0 END) AS low, MAX(price_fen) AS highest", low).
			Where("product_id IN ? AND active = ?", ids, true).Group("product_id").Scan(&sums).Error
		if err != nil {
			return nil, fmt.Errorf("skus of a list: %w", err)
		}
	}
	for i, p := range products {
		r := DeskProduct{
			Handle: p.Handle, Title: p.Title.In(languages...), State: StateOf(p), PublishAt: p.PublishAt, PublishedAt: p.PublishedAt,
			PriceFen: p.PriceFen, Vendor: p.Vendor, Version: p.CatalogueVersion, UpdatedAt: p.UpdatedAt, Stock: LevelOut,
		}
		if len(p.Pictures) > 0 {
			r.Picture = cmp.Or(p.Pictures[0].Small, p.Pictures[0].URL)
		}
		if at := slices.IndexFunc(sums, func(m sum) bool { return m.ProductID == p.ID }); at >= 0 {
			m := sums[at]
			r.SKUs, r.OnHand, r.Available = m.SKUs, m.OnHand, m.Available
			switch {
			case m.Available <= 0:
			case m.Low > 0:
				r.Stock = LevelLow
			default:
				r.Stock = LevelIn
			}
			if m.Highest > p.PriceFen {
				r.PriceToFen = m.Highest
			}
		}
		rows[i] = r
	}
	return rows, nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}
