package testshop

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/audit"
	"hutong/service/brand"
	"hutong/service/internal/offer"
	"hutong/service/moderation"
	"hutong/service/order"
	"hutong/service/stock"
	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

// Shop is one brand of a world.
type Shop struct {
	*World
	Row      *model.Brand
	Merchant simulator.Merchant
	Ctx      context.Context // works for the brand
}

// Shop opens another shop, which delivers for nothing unless an option says otherwise.
func (w *World) Shop(options ...func(*brand.Spec)) *Shop {
	w.t.Helper()
	slug := fmt.Sprintf("shop-%d", w.serial.Add(1))
	m, err := w.Sim.AddMerchant(simulator.Merchant{PushURL: w.publicURL + "/callbacks/" + slug + "/wechat"})
	if err != nil {
		w.t.Fatal(err)
	}
	spec := brand.Spec{
		Slug: slug, Name: model.Text{"en": slug, "zh-CN": "小店"}, Languages: []string{"en", "zh-CN"},
		Theme: model.Theme{Accent: "#B4532A"}, OrderTTL: 900,
		WeChat: &brand.WeChat{
			AppID: m.AppID, AppSecret: brand.Secret(m.AppSecret), MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key),
			CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
			Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
			PushToken: brand.Secret(m.PushToken), PushKey: brand.Secret(m.PushKey),
		},
	}
	for _, option := range options {
		option(&spec)
	}
	if _, err := w.Brand.Apply(w.t.Context(), spec); err != nil {
		w.t.Fatal(err)
	}
	row, err := w.Brand.Resolve(w.t.Context(), slug)
	if err != nil {
		w.t.Fatal(err)
	}
	return &Shop{World: w, Row: row, Merchant: m, Ctx: model.WithBrand(w.t.Context(), row.ID)}
}

func (w *World) inTx(ctx context.Context, fn func(tx *gorm.DB) error) {
	w.t.Helper()
	if err := w.DB.InTx(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

// SKU puts a product with one SKU on sale.
func (s *Shop) SKU(price model.Fen, onHand int64) model.SKU {
	s.t.Helper()
	n := s.serial.Add(1)
	p := model.Product{
		Handle: fmt.Sprintf("product-%d", n), Title: model.Text{"en": fmt.Sprintf("Product %d", n)},
		Published: true, PriceFen: price,
	}
	sku := model.SKU{No: s.number(), PriceFen: price, WeightGrams: 100, Active: true, Choice: []int{}}
	s.inTx(s.Ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&p).Error; err != nil {
			return err
		}
		sku.ProductID = p.ID
		if err := tx.Create(&sku).Error; err != nil || onHand == 0 {
			return err
		}
		return stock.Receive(tx, sku.ID, onHand, "first stock")
	})
	return s.Reload(sku)
}

// Variant puts another SKU of the same product on sale.
func (s *Shop) Variant(of model.SKU, price model.Fen, onHand int64) model.SKU {
	s.t.Helper()
	no := s.number()
	sku := model.SKU{No: no, ProductID: of.ProductID, PriceFen: price, Active: true, Choice: []int{}, ChoiceKey: no}
	s.inTx(s.Ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&sku).Error; err != nil || onHand == 0 {
			return err
		}
		return stock.Receive(tx, sku.ID, onHand, "first stock")
	})
	return s.Reload(sku)
}

// SetPrice changes a SKU's price, as staff do.
func (s *Shop) SetPrice(sku model.SKU, price model.Fen) error {
	return s.set(sku, "price_fen", price)
}

// SetActive takes a SKU off sale or puts it on again.
func (s *Shop) SetActive(sku model.SKU, active bool) error { return s.set(sku, "active", active) }

// SetNoReturn says of a SKU's product that it is not taken back without a reason.
func (s *Shop) SetNoReturn(sku model.SKU, noReturn bool) error {
	return s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.Product{}).Where("id = ?", sku.ProductID).Update("no_return", noReturn).Error
	})
}

func (s *Shop) set(sku model.SKU, column string, value any) error {
	return s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.SKU{}).Where("id = ?", sku.ID).Update(column, value).Error
	})
}

// CountStock corrects a SKU's pieces on hand to what was counted.
func (s *Shop) CountStock(sku model.SKU, onHand int64) error {
	return s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		var now model.SKU
		if err := tx.Where("id = ?", sku.ID).Take(&now).Error; err != nil {
			return err
		}
		return stock.CorrectTo(tx, now, onHand, "counted")
	})
}

// Reload is a SKU as it is now.
func (s *Shop) Reload(sku model.SKU) (now model.SKU) {
	s.t.Helper()
	if err := s.DB.Read(s.Ctx).Where("id = ?", sku.ID).Take(&now).Error; err != nil {
		s.t.Fatal(err)
	}
	return now
}

// number is a ULID that no other has.
func (w *World) number() string { return fmt.Sprintf("01TEST%020d", w.serial.Add(1)) }

// Buyer is a consumer of a shop who has an address.
type Buyer struct {
	order.Buyer
	Address string
	Name    string // by which WeChat knows them
	shop    *Shop
}

// Buyer lets another consumer come in.
func (s *Shop) Buyer() *Buyer {
	s.t.Helper()
	name := fmt.Sprintf("user-%d", s.serial.Add(1))
	u := model.User{No: s.number(), AppID: s.Merchant.AppID, OpenID: s.Sim.OpenID(s.Merchant.AppID, name)}
	a := model.Address{No: s.number(), IsDefault: true, Place: model.Place{
		Name: "王芳", Phone: "13800000000", ProvinceCode: "31", Province: "上海市", City: "上海市", District: "静安区", Detail: "南京西路 1 号",
	}}
	s.inTx(s.Ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&u).Error; err != nil {
			return err
		}
		a.UserID = u.ID
		return tx.Create(&a).Error
	})
	if _, err := s.Sim.LoginCode(s.Merchant.AppID, name); err != nil { // WeChat knows whom it has logged in
		s.t.Fatal(err)
	}
	return &Buyer{shop: s, Address: a.No, Name: name, Buyer: order.Buyer{Brand: s.Row, UserID: u.ID, Languages: []string{"en"}}}
}

// Wants is a basket of one SKU.
func (b *Buyer) Wants(sku model.SKU, quantity int) order.Basket {
	return order.Basket{AddressNo: b.Address, Lines: []offer.Want{{SKUNo: sku.No, Quantity: quantity}}}
}

// Order places an order at the price of the quote.
func (b *Buyer) Order(ctx context.Context, key string, basket order.Basket) (order.View, error) {
	q, err := b.shop.Order.Quote(ctx, b.Buyer, basket)
	if err != nil {
		return order.View{}, err
	}
	return b.shop.Order.Place(ctx, b.Buyer, key, order.Checkout{Basket: basket, ExpectedTotalFen: max(1, q.TotalFen)})
}

// MustOrder is Order where it has to succeed.
func (b *Buyer) MustOrder(basket order.Basket) order.View {
	b.shop.t.Helper()
	v, err := b.Order(b.shop.Ctx, b.shop.number(), basket)
	if err != nil {
		b.shop.t.Fatal(err)
	}
	return v
}

// Pay prepares the payment of an order and pays it on WeChat's sheet. The notification waits in the
// simulator until Deliver.
func (b *Buyer) Pay(orderNo string) error {
	if _, err := b.shop.Payment.Prepare(b.shop.Ctx, b.Buyer, orderNo); err != nil {
		return err
	}
	_, err := b.shop.Sim.Pay(orderNo)
	return err
}

// Deliver posts the notifications that are due.
func (w *World) Deliver() []simulator.Delivery { return w.Sim.Deliver(w.t.Context()) }

// RunJobs runs the jobs that are due, and tells how many there were.
func (w *World) RunJobs() (ran int) {
	w.t.Helper()
	for {
		one, err := w.RunJob(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if !one {
			return ran
		}
		ran++
	}
}

// Later turns the clock ahead and does what has become due, until nothing is.
func (w *World) Later(d time.Duration) {
	w.t.Helper()
	w.Clock.Turn(d)
	for w.RunJobs()+len(w.Deliver()) > 0 {
	}
}

// Overdue turns the clock until nobody can pay the pending orders any more, and leaves the jobs that end them due.
func (w *World) Overdue() {
	w.t.Helper()
	w.Clock.Turn(16 * time.Minute)
	if _, err := w.Order.Expire(model.AcrossBrands(w.t.Context())); err != nil {
		w.t.Fatal(err)
	}
}

// State is an order's state as it is now.
func (s *Shop) State(orderNo string) (o model.Order) {
	s.t.Helper()
	if err := s.DB.Read(s.Ctx).Where("no = ?", orderNo).Take(&o).Error; err != nil {
		s.t.Fatal(err)
	}
	return o
}

// Count is how many rows of a model hold a condition.
func (s *Shop) Count(m any, condition string, args ...any) (n int64) {
	s.t.Helper()
	if err := s.DB.Read(s.Ctx).Model(m).Where(condition, args...).Count(&n).Error; err != nil {
		s.t.Fatal(err)
	}
	return n
}

// Set writes columns of the rows of a model that hold a condition, for what no use case does.
func (s *Shop) Set(m any, columns map[string]any, condition string, args ...any) {
	s.t.Helper()
	s.inTx(s.Ctx, func(tx *gorm.DB) error { return tx.Model(m).Where(condition, args...).Updates(columns).Error })
}

// Moderate has WeChat asked about pictures of a subject of tests, and adds to told what it says of them.
func (s *Shop) Moderate(told *[]model.Verdict, pictures ...string) {
	s.t.Helper()
	s.Moderation.For("test", func(_ context.Context, _ *gorm.DB, _ int64, v model.Verdict) error {
		*told = append(*told, v)
		return nil
	})
	author := s.Buyer().UserID
	s.inTx(s.Ctx, func(tx *gorm.DB) error {
		return s.Moderation.Ask(s.Ctx, tx, moderation.Subject{Kind: "test", ID: 1}, author, "", pictures)
	})
}

// GiveUp makes the newest job of a kind a dead one, as after too many failures.
func (s *Shop) GiveUp(kind string) (j model.Job) {
	s.t.Helper()
	s.inTx(s.Ctx, func(tx *gorm.DB) error {
		if err := tx.Where("kind = ?", kind).Order("id DESC").Take(&j).Error; err != nil {
			return err
		}
		return tx.Model(&model.Job{}).Where("id = ?", j.ID).Update("status", model.JobDead).Error
	})
	return j
}

// Audit fails the test with every invariant that does not hold.
func (w *World) Audit(t testdb.T) {
	t.Helper()
	findings, err := audit.Run(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
}

// Balance is what an account of the journal holds: debit positive.
func (s *Shop) Balance(a model.Account) (sum model.Fen) {
	s.t.Helper()
	err := s.DB.Read(s.Ctx).Model(&model.Posting{}).Where("account = ?", a).
		Select("COALESCE(SUM(amount_fen), 0)").Scan(&sum).Error
	if err != nil {
		s.t.Fatal(err)
	}
	return sum
}

// Breaks sets a column of a row to what it must not be, wants the audit to find it by the invariant whose name begins
// so, and sets it back.
func (s *Shop) Breaks(name string, row any, id int64, column string, value, was any) {
	s.t.Helper()
	set := func(value any) {
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return tx.Model(row).Where("id = ?", id).Update(column, value).Error })
		if err != nil {
			s.t.Fatal(err)
		}
	}
	set(value)
	findings, err := audit.Run(s.Ctx, s.DB)
	if err != nil {
		s.t.Fatal(err)
	}
	if !slices.ContainsFunc(findings, func(f audit.Finding) bool { return strings.HasPrefix(f.Invariant.Name, name) }) {
		s.t.Fatal(fmt.Sprintf("%s: %s = %v is not found: %v", name, column, value, findings))
	}
	set(was)
}

// Fingerprint is every row of the shop as text, by table: two that are equal prove that nothing was written.
func (s *Shop) Fingerprint() map[string]string {
	s.t.Helper()
	prints := map[string]string{}
	for _, m := range model.All() {
		query := s.DB.Read(s.Ctx).Model(m).Order("id")
		switch m.(type) {
		case *model.KeptPicture: // files of all brands
			continue
		case *model.Brand:
			query = query.Where("id = ?", s.Row.ID)
		}
		text, err := rowsAsText(query)
		if err != nil {
			s.t.Fatal(fmt.Sprintf("%T: %v", m, err))
		}
		prints[fmt.Sprintf("%T", m)] = text
	}
	return prints
}

// rowsAsText is what a query finds: a line for each row, with the columns' names. Tests ask for it a hundred thousand
// times, so that it goes past gorm's and JSON's reflection.
func rowsAsText(query *gorm.DB) (string, error) {
	rows, err := query.Rows()
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	cells, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var text strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		for i, c := range cells {
			text.WriteString(columns[i])
			text.WriteByte('=')
			if c == nil {
				text.WriteString("NULL")
			}
			text.Write(c)
			text.WriteByte(' ')
		}
		text.WriteByte('\n')
	}
	return text.String(), rows.Err()
}
