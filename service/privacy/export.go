package privacy

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/identity"
	"hutong/service/internal/trail"
	"hutong/service/order"
	"hutong/service/picture"
	"hutong/service/review"
)

// Export is everything that a shop keeps of a consumer, as they may carry it elsewhere. Amounts are fen, instants UTC
// milliseconds.
type Export struct {
	Shop       string          `json:"shop"`
	MadeAt     model.Millis    `json:"made_at"`
	Account    identity.Me     `json:"account"`
	Phone      string          `json:"phone,omitempty" doc:"In full"`
	Addresses  []model.Place   `json:"addresses"`
	Orders     []order.View    `json:"orders"`
	AfterSales []CaseExport    `json:"after_sales"`
	Reviews    []review.View   `json:"reviews"`
	Pictures   []picture.View  `json:"pictures"`
	Cart       []ThingExport   `json:"cart"`
	Favourites []ThingExport   `json:"favourites"`
	History    []ThingExport   `json:"history"`
	Messages   []MessageExport `json:"messages"`
	Log        []LogExport     `json:"log" doc:"What they have done that changed money, orders or personal data, and from which address"`
}

// CaseExport is an after-sale case.
type CaseExport struct {
	No        string                `json:"no"`
	Kind      model.AfterSaleKind   `json:"kind"`
	Status    model.AfterSaleStatus `json:"status"`
	Reason    string                `json:"reason"`
	Words     string                `json:"words,omitempty"`
	AmountFen model.Fen             `json:"amount_fen"`
	At        model.Millis          `json:"at"`
}

// ThingExport is a product, or a SKU of one, that somebody has kept.
type ThingExport struct {
	Product  string       `json:"product" doc:"Its name in addresses"`
	Quantity int          `json:"quantity,omitempty"`
	At       model.Millis `json:"at"`
}

// MessageExport is a message that was sent through WeChat, or was to be.
type MessageExport struct {
	Event  model.MessageEvent  `json:"event"`
	Status model.MessageStatus `json:"status"`
	At     model.Millis        `json:"at"`
}

// LogExport is a row of the audit log.
type LogExport struct {
	Action  string       `json:"action"`
	Subject string       `json:"subject"`
	Address string       `json:"address,omitempty"`
	At      model.Millis `json:"at"`
}

// mostExported bounds the rows of each kind: more than anybody has, and a bound on what one request can cost.
const mostExported = 10_000

// Export tells a consumer what is kept of them. That they asked is logged.
func (s *Service) Export(ctx context.Context, b order.Buyer) (Export, error) {
	me, err := s.identity.Me(ctx, b.UserID)
	if err != nil {
		return Export{}, err
	}
	e := Export{Shop: b.Brand.Slug, MadeAt: s.now.Now(), Account: me}
	if e.Phone, err = s.identity.Phone(ctx, b.UserID); err != nil {
		return Export{}, err
	}
	if e.Orders, err = all(func(before int64) ([]order.View, int64, error) {
		return s.orders.List(ctx, b, nil, before, onePage)
	}); err != nil {
		return Export{}, err
	}
	if e.Reviews, err = all(func(before int64) ([]review.View, int64, error) {
		return s.reviews.Mine(ctx, b.UserID, before, onePage, b.Languages...)
	}); err != nil {
		return Export{}, err
	}
	if err := e.gather(s.db.Read(ctx), b.UserID); err != nil {
		return Export{}, err
	}
	return e, s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "privacy.export", trail.Subject{Kind: "consumer", No: me.No}, nil, nil)
	})
}

const onePage = 100

// all reads a list to its end, or as far as is told.
func all[T any](page func(before int64) ([]T, int64, error)) ([]T, error) {
	out := []T{}
	for before := int64(0); len(out) < mostExported; {
		some, next, err := page(before)
		if err != nil {
			return nil, err
		}
		if out = append(out, some...); next == 0 {
			break
		}
		before = next
	}
	return out, nil
}

// gather adds what has no list of its own.
func (e *Export) gather(tx *gorm.DB, userID int64) error {
	mine := func() *gorm.DB { return tx.Where("user_id = ?", userID).Order("id").Limit(mostExported) }
	e.Addresses, e.AfterSales, e.Messages, e.Log = []model.Place{}, []CaseExport{}, []MessageExport{}, []LogExport{}
	if err := mine().Model(&model.Address{}).Pluck("place", &e.Addresses).Error; err != nil {
		return fmt.Errorf("addresses: %w", err)
	}
	var photos []string
	if err := mine().Model(&model.Photo{}).Pluck("no", &photos).Error; err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	shown, err := picture.Show(tx, photos)
	if err != nil {
		return err
	}
	e.Pictures = picture.Pick(shown, photos)
	if err := e.things(tx, userID); err != nil {
		return err
	}
	return e.events(tx, mine, userID)
}

// things are what a consumer has kept of the catalogue.
func (e *Export) things(tx *gorm.DB, userID int64) error {
	for _, k := range []struct {
		table, at, quantity, on string
		into                    *[]ThingExport
	}{
		{"cart_lines", "updated_at", "t.quantity", "JOIN skus k ON k.brand_id = t.brand_id AND k.id = t.sku_id JOIN products p ON p.brand_id = t.brand_id AND p.id = k.product_id", &e.Cart},
		{"favourites", "created_at", "0", "JOIN products p ON p.brand_id = t.brand_id AND p.id = t.product_id", &e.Favourites},
		{"seen_products", "seen_at", "0", "JOIN products p ON p.brand_id = t.brand_id AND p.id = t.product_id", &e.History},
	} {
		brandID, _ := model.BrandID(tx.Statement.Context)
		*k.into = []ThingExport{}
		err := tx.Raw("SELECT p.handle AS product, "+k.quantity+" AS quantity, t."+k.at+" AS at FROM "+k.table+" t "+k.on+
			" WHERE t.brand_id = ? AND t.user_id = ? ORDER BY t.id LIMIT ?", brandID, userID, mostExported).Scan(k.into).Error
		if err != nil {
			return fmt.Errorf("%s: %w", k.table, err)
		}
	}
	return nil
}

// events are what has happened with a consumer.
func (e *Export) events(tx *gorm.DB, mine func() *gorm.DB, userID int64) error {
	var cases []model.AfterSale
	if err := mine().Find(&cases).Error; err != nil {
		return fmt.Errorf("after-sale cases: %w", err)
	}
	for _, c := range cases {
		e.AfterSales = append(e.AfterSales, CaseExport{c.No, c.Kind, c.Status, c.Reason, c.Words, c.AmountFen, c.CreatedAt})
	}
	var messages []model.Message
	if err := mine().Find(&messages).Error; err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	for _, m := range messages {
		e.Messages = append(e.Messages, MessageExport{m.Event, m.Status, m.CreatedAt})
	}
	var log []model.AuditEntry
	err := tx.Where("actor_kind = ? AND actor_no = ?", model.ActorConsumer, fmt.Sprint(userID)).Order("id").Limit(mostExported).Find(&log).Error
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	for _, l := range log {
		e.Log = append(e.Log, LogExport{l.Action, l.SubjectKind + " " + l.SubjectNo, l.Address, l.CreatedAt})
	}
	return nil
}
