package console_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"

	"hutong/api"
	"hutong/api/console"
	"hutong/api/storefront"
	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// patience is how long a list may take, on two cores with 100,000 orders and 20,000 products.
const patience = 100 * time.Millisecond

// With 100,000 orders, each list of the console is answered within 100 ms on MariaDB: the median of five requests, from
// the router on. It takes a minute to fill the tables, so it runs where HUTONG_TEST_LARGE is set.
func TestListsAreQuickInALargeShop(t *testing.T) {
	if os.Getenv("HUTONG_TEST_LARGE") == "" {
		t.Skip("HUTONG_TEST_LARGE is not set")
	}
	clock := testshop.NewClock()
	o := testdb.MariaDBOptions(t, testdb.Clock(clock.Now))
	db, err := database.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := testshop.NewWorld(t, db, clock)
	s := w.Shop()
	pool, err := sql.Open("mysql", o.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	fill(t, pool, s.Row.ID, clock.Now().UnixMilli())
	begun := time.Now()
	for day := model.DayOf(model.At(clock.Now())).Add(-365); day <= model.DayOf(model.At(clock.Now())); day = day.Add(1) {
		if err := w.Figures.Count(s.Ctx, day); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("a year counted in %v", time.Since(begun))
	begun = time.Now()
	if err := w.Figures.Count(s.Ctx, model.DayOf(model.At(clock.Now()))); err != nil {
		t.Fatal(err)
	}
	t.Logf("today counted in %v", time.Since(begun))
	a, err := api.New(api.Options{
		Brand: w.Brand.Resolve, Verify: w.Identity.Authenticate, WeChatPay: w.Payment.Notified, PushEcho: w.Push.Echo, Push: w.Push.Pushed,
		Clock: clock.Now, Storefront: &storefront.Server{Services: w.Services}, Authenticate: w.Staff.Authenticate, BrandByID: w.Brand.ByID, Console: &console.Server{Services: w.Services},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{w, a}
	_, owner := d.employ(t, s, model.RoleOwner)
	month := clock.Now().Add(-30 * 24 * time.Hour).UnixMilli()
	paths := []string{
		"/orders", "/orders?limit=100", "/orders?status=paid", "/orders?status=closed", "/orders?status=paid&status=partly_shipped&status=pending",
		"/orders?number=" + largeNo(777), "/orders?name=" + url.QueryEscape("王"), "/orders?name=" + url.QueryEscape("欧阳777"),
		"/orders?name=" + url.QueryEscape("王") + "&status=closed", "/orders?name=" + url.QueryEscape("李") + "&status=closed", "/orders?phone=13900000777", "/orders?phone=10000000000",
		"/orders?product=p-7", "/orders?product=p-19999", "/orders?way=group", "/orders?channel=live", "/orders?channel=ad", "/orders?way=nothing",
		"/orders?way=group&status=closed", "/orders?way=nothing&status=closed", "/orders?unheard=true", "/orders?channel=ad&status=closed",
		fmt.Sprintf("/orders?from=%d&to=%d", month, month+86_400_000), fmt.Sprintf("/orders?status=closed&to=%d", month),
		fmt.Sprintf("/orders?name=%s&from=%d", url.QueryEscape("王"), month), "/orders?buyer=" + largeUser(7), "/orders/" + largeNo(99_999),
		"/customers?level_from=1&limit=100", "/customers?level_from=3", "/customers?spent_from_fen=20000", "/customers?spent_from_fen=9000000", "/customers?paid_from=2&limit=100",
		"/customers?paid_from=99", fmt.Sprintf("/customers?last_paid_from=%d", month), fmt.Sprintf("/customers?last_paid_to=%d", month-25_000_000_000),
		"/customers?level_from=2&spent_from_fen=20000", "/customers?name=" + url.QueryEscape("王"), "/customers?name=" + url.QueryEscape("欧阳777"), "/customers?phone=13900000777",
		fmt.Sprintf("/customers?from=%d&to=%d", clock.Now().UnixMilli()-9_000_000, clock.Now().UnixMilli()-6_000_000), "/customers?segment=" + largeOf("SEGMEN", 1), "/customers?segment=" + largeOf("SEGMEN", 2),
		"/customers/" + largeUser(7) + "/coupons", "/segments", "/segments/" + largeOf("SEGMEN", 1), "/segments/" + largeOf("SEGMEN", 2), "/member-levels",
		"/segment-preview?spent_from_fen=20000", "/segment-preview?quiet_days=30&level_from=1", "/segment-preview?first_channels=live", "/segment-preview?paid_to=0",
		"/coupons", "/coupons?status=active", "/coupons?status=stopped", "/coupons/" + largeOf("COUPON", 7), "/coupon-issues", "/coupon-issues?coupon=" + largeOf("COUPON", 7),
		"/coupon-issues?segment=" + largeOf("SEGMEN", 1), "/promotions", "/promotions?status=active", "/promotions?kind=flash_sale", "/promotions/" + largeOf("PROMOT", 7),
		"/group-campaigns", "/group-campaigns?status=running", "/group-campaigns/" + largeOf("CAMPAI", 7), "/groups", "/groups?status=open", "/groups?status=expired", "/groups?campaign=" + largeOf("CAMPAI", 7),
		"/after-sales", "/after-sales?limit=100", "/after-sales?status=applied", "/after-sales?status=applied&status=sending&status=received&status=escalated", "/after-sales?status=done",
		"/after-sales?order=" + largeNo(100), "/after-sales?customer=" + largeUser(7), fmt.Sprintf("/after-sales?due_before=%d", clock.Now().UnixMilli()), "/after-sales/" + largeOf("AFTERS", 7),
		"/reviews", "/reviews?limit=100", "/reviews?status=held", "/reviews?status=published", "/reviews?status=published&rating=1", "/reviews?rating=5", "/reviews?pictures=true", "/reviews?product=p-7", "/reviews?product=p-19999",
		"/messages", "/messages?status=failed", "/messages?status=sent", "/messages?status=unclear", "/imports", "/imports/" + largeOf("IMPORT", 1), "/imports/" + largeOf("IMPORT", 1) + "/lines", "/imports/" + largeOf("IMPORT", 1) + "/lines?kind=problems",
		"/imports/" + largeOf("IMPORT", 1) + "/lines?kind=refused", "/imports/" + largeOf("IMPORT", 1) + "/findings", "/stock/" + largeOf("SKU00", 7) + "/movements",
		"/money/reconciliations", "/money/exceptions", "/money/exceptions?status=open", "/money/exceptions?status=cleared", "/money/exceptions?day=2026-05-01",
		"/pages", "/pages/home", "/pages/home/versions", "/staff", "/invitations", "/categories", "/freight-templates", "/setup",
		"/products?q=thing", "/products?q=p-19", "/products?q=" + url.QueryEscape("商品"), "/products?q=nothing", "/products?q=01SKU000000000000000000777", "/products?category=large", "/products?category=large&sort=price_desc",
		"/products?category=none", "/products?sort=shelf", "/products?sort=created", "/products?sort=price_asc&state=published", "/products?state=draft", "/products?state=archived", "/products?state=scheduled",
		"/stock?q=thing", "/stock?q=nothing", "/products", "/products?stock=low", "/products?stock=out", "/products?stock=in", "/products?stock=low&state=draft", "/products?stock=out&sort=price_asc",
		"/products?stock=low&sort=created&limit=100", "/stock", "/stock?level=low", "/stock?level=out", "/stock?level=in", "/stock?level=low&limit=100", "/stock-summary",
		"/customers?limit=100", "/customers/" + largeUser(7), "/customers/" + largeUser(7) + "/orders", "/customers?number=" + largeUser(9),
		"/packing-list?limit=100", "/figures", "/figures?from=2025-06-03&to=2026-06-01", "/figures?from=2025-06-03&to=2026-06-01&channel=live",
		"/figures/best-sellers", "/figures/best-sellers?from=2025-06-03&to=2026-06-01", "/figures/best-sellers?from=2025-06-03&to=2026-06-01&by=quantity", "/to-do", "/money/statements", "/money/statements?by=month",
		"/money/journal", "/money/journal?kind=fee", "/money/journal?account=fee", "/money/journal?account=wechat_clearing", "/money/journal?account=clawback_receivable",
		fmt.Sprintf("/money/journal?from=%d&to=%d", month, month+86_400_000), fmt.Sprintf("/money/journal?account=wechat_clearing&to=%d", month),
		"/money/trial-balance",
		"/jobs", "/jobs?status=dead", "/jobs?status=done", "/jobs?kind=nothing", "/jobs?status=done&kind=refund.submit",
		"/callbacks", "/callbacks?outcome=mismatch", "/callbacks?outcome=applied", "/callbacks?outcome=unknown", "/callbacks?event=nothing",
		fmt.Sprintf("/callbacks?outcome=applied&from=%d&to=%d", month, month+86_400_000), fmt.Sprintf("/callbacks?to=%d", month),
		"/audit-log", "/audit-log?action=nothing", "/audit-log?action=order.ship", "/audit-log?actor_kind=staff", "/audit-log?subject_kind=order&subject_no=" + largeNo(5),
		fmt.Sprintf("/audit-log?from=%d&to=%d", month, month+86_400_000), "/audit-log?subject_kind=order", "/audit-log?actor_no=nobody", "/audit-log?actor_no=01STAFF3",
		"/refunds", "/refunds?status=closed", "/refunds?status=abnormal&status=closed",
	}
	d.noneForgotten(t, paths)
	for _, path := range paths {
		d.ask(t, http.MethodGet, "/console/v1"+path, owner, "").into(&struct{}{})
		var took []time.Duration
		for range 5 {
			begun := time.Now()
			d.ask(t, http.MethodGet, "/console/v1"+path, owner, "").into(&struct{}{})
			took = append(took, time.Since(begun))
		}
		slices.Sort(took)
		t.Logf("%8.1f ms  %s", float64(took[2].Microseconds())/1000, path)
		if took[2] > patience {
			t.Errorf("%s takes %v", path, took[2])
		}
		clock.Turn(time.Minute) // the limit of a member of staff
	}
	for _, path := range []string{"/exports/orders?format=csv", "/exports/orders?format=xlsx", "/exports/journal?format=csv&kind=payment", "/shipment-template"} {
		begun := time.Now()
		r := d.ask(t, http.MethodGet, "/console/v1"+path, owner, "")
		t.Logf("%8.1f ms  %s: %d, %d bytes", float64(time.Since(begun).Microseconds())/1000, path, r.status, len(r.body))
		clock.Turn(time.Minute)
	}
}

// noneForgotten fails when a list that has pages is tried by none of the paths.
func (d *desk) noneForgotten(t *testing.T, paths []string) {
	t.Helper()
	var tried []string
	for _, p := range paths {
		path, _, _ := strings.Cut(p, "?")
		tried = append(tried, path)
	}
	for _, o := range d.operations(t) {
		paged := slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == "cursor" })
		if o.method != http.MethodGet || !paged || strings.Contains(o.path, "/platform/") {
			continue
		}
		like := regexp.MustCompile("^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(strings.TrimPrefix(o.path, "/console/v1"), "[^/]+") + "$")
		if !slices.ContainsFunc(tried, like.MatchString) {
			t.Errorf("nobody tries how quick %s is", o.path)
		}
	}
}

func largeNo(n int) string              { return largeOf("LARGE", n) }
func largeUser(n int) string            { return largeOf("USER0", n) }
func largeOf(what string, n int) string { return fmt.Sprintf("01%s%0*d", what, 24-len(what), n) }

// fill makes a shop of a year: 100,000 orders of 20,000 consumers and 20,000 products, with all that goes with them.
func fill(t *testing.T, pool *sql.DB, brand, now int64) {
	t.Helper()
	begun := time.Now()
	year := int64(365 * 86_400_000)
	at := fmt.Sprintf("(%d + FLOOR(seq * %f))", now-year, float64(year)/100_001)
	status := `CASE WHEN seq > 99900 THEN 'pending' WHEN seq > 99400 THEN 'paid' WHEN seq > 99350 THEN 'partly_shipped' WHEN seq > 97000 THEN 'shipped'
		WHEN seq MOD 10 = 0 THEN 'cancelled' ELSE 'closed' END`
	for _, q := range []string{
		`INSERT INTO users SELECT NULL, {brand}, CONCAT('01USER0', LPAD(seq, 19, '0')), 'app', CONCAT('open', seq), '', NULL, NULL, '139****0000', 'zh-CN', 0,
			{now} - 1000 * seq, 0, 0, IF(seq MOD 97 = 0, 1, 0) FROM seq_1_to_20000`,
		`INSERT INTO products (brand_id, id, handle, title, summary, body, vendor, tags, pictures, options, freight_template_id, no_return, published, published_at, publish_at,
			archived, sort, price_fen, compare_at_fen, source, words, catalogue_version, created_at, updated_at)
		SELECT {brand}, seq, CONCAT('p-', seq), '{"zh-CN":"商品","en":"Thing"}', '{}', '{}', '', '[]', '[]', '[]', 0, 0, seq MOD 9 > 0, 1, 0, 0, 0, 9900 + seq, 0, '',
			CONCAT('p-', seq, ' 商品 thing'), 1, 1, {now} - (seq * 7919) MOD 20011 FROM seq_1_to_20000`,
		// One of forty is low, one of a hundred is out; some say themselves when they are low.
		`INSERT INTO skus (brand_id, product_id, no, code, choice, choice_key, price_fen, compare_at_fen, barcode, weight_grams, picture, on_hand, reserved, low_at, active, sort,
			created_at, updated_at)
		SELECT {brand}, seq, CONCAT('01SKU00', LPAD(seq, 19, '0')), '', '[]', '', 9900, 0, '', 100, '',
			CASE WHEN seq MOD 100 = 50 THEN 0 WHEN seq MOD 40 = 7 THEN 3 ELSE 1000 END, 0, IF(seq MOD 5000 = 1, 2000, 0), 1, 0, 1, 1 FROM seq_1_to_20000`,
		`INSERT INTO orders (id, brand_id, no, user_id, status, currency, goods_fen, discount_fen, freight_fen, tax_fen, total_fen, place, recipient, phone, way, channel, remark,
			in_group, placed_from, purged_at, expires_at, paid_at, cancelled_at, shipped_at, received_at, closed_at, refunded_fen, refunded_freight_fen, refunded_tax_fen, refund_count,
			last_refund_at, created_at, updated_at)
		SELECT seq, {brand}, CONCAT('01LARGE', LPAD(seq, 19, '0')), (SELECT MIN(id) FROM users) + 3 + seq MOD 20000, {status}, 'CNY', 9900, 0, 0, 0, 9900,
			'{"name":"王芳","phone":"13900000000","province":"上海市","city":"上海市","district":"静安区","detail":"南京西路 1 号 某某大厦 12 楼"}',
			CONCAT(ELT(1 + seq MOD 10, '王', '李', '张', '刘', '陈', '杨', '黄', '欧阳', '吴', '周'), seq), CONCAT('139', LPAD(seq MOD 20000, 8, '0')),
			IF(seq MOD 50 = 0, 'group', 'shop'), ELT(1 + seq MOD 4, '', 'search', 'share', 'live'), '', 0, '', 0, 0,
			IF({status} IN ('pending', 'cancelled'), 0, {at} + 60000), 0, 0, IF({status} = 'closed', {at} + 864000000, 0), 0, 0, 0, 0, 0, 0, {at}, {at} FROM seq_1_to_100000`,
		`INSERT INTO order_lines SELECT NULL, {brand}, seq, 0, 1 + seq MOD 20000, (SELECT MIN(id) FROM skus) + seq MOD 20000, CONCAT('01SKU00', LPAD(1 + seq MOD 20000, 19, '0')), 'p', '{"zh-CN":"商品","en":"Thing"}', '{}', '', 100, 1, 9900, 9900, 0, 0, 0, 0, 0, 0, 0, {at}
			FROM seq_1_to_100000`,
		`INSERT INTO order_lines SELECT NULL, {brand}, seq * 10, 1, 7, (SELECT MIN(id) FROM skus) + 6, '01SKU000000000000000000007', 'p', '{"zh-CN":"商品","en":"Thing"}', '{}', '', 100, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, {at}
			FROM seq_1_to_10000`,
		`INSERT INTO order_events SELECT NULL, {brand}, seq, 'pending', 'paid', 'wechat', '', {at} FROM seq_1_to_100000`,
		`INSERT INTO payments SELECT NULL, {brand}, seq, 1, CONCAT('01LARGE', LPAD(seq, 19, '0')), 'paid', 'app', 'mch', 9900, '', 0, 0, CONCAT('T', seq), {at}, {at}, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_entries SELECT seq, {brand}, 'payment', CONCAT('01LARGE', LPAD(seq, 19, '0')), seq, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_entries SELECT 100000 + seq, {brand}, 'revenue', CONCAT('01LARGE', LPAD(seq, 19, '0')), seq, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_entries SELECT 200000 + seq, {brand}, 'fee', CONCAT('01LARGE', LPAD(seq, 19, '0')), seq, {at} FROM seq_1_to_1000`,
		`INSERT INTO journal_postings SELECT NULL, {brand}, seq, 'wechat_clearing', 9900, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_postings SELECT NULL, {brand}, seq, 'customer_prepaid', -9900, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_postings SELECT NULL, {brand}, 100000 + seq, 'customer_prepaid', 9900, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_postings SELECT NULL, {brand}, 100000 + seq, 'revenue', -9900, {at} FROM seq_1_to_100000`,
		`INSERT INTO journal_postings SELECT NULL, {brand}, 200000 + seq, 'fee', 50, {at} FROM seq_1_to_1000`,
		`INSERT INTO journal_postings SELECT NULL, {brand}, 200000 + seq, 'wechat_clearing', -50, {at} FROM seq_1_to_1000`,
		`INSERT INTO callbacks SELECT NULL, {brand}, CONCAT('N', seq), 'TRANSACTION.SUCCESS', CONCAT('01LARGE', LPAD(seq, 19, '0')), IF(seq = 5, 'mismatch', 'applied'), '', 1, {at}, {at} FROM seq_1_to_100000`,
		`INSERT INTO jobs SELECT NULL, {brand}, 'payment.watch', CONCAT('01LARGE', LPAD(seq, 19, '0')), '{}', IF(seq = 5, 'dead', 'done'), {at}, 1, 0, '', {at}, {at} FROM seq_1_to_100000`,
		`INSERT INTO audit_log SELECT NULL, {brand}, IF(seq MOD 3 = 0, 'staff', 'consumer'), CONCAT('01STAFF', seq MOD 10), ELT(1 + seq MOD 3, 'order.ship', 'order.refund', 'order.recipient_read'), 'order',
			CONCAT('01LARGE', LPAD(seq, 19, '0')), '', '{"status":"shipped"}', '192.0.2.1', 'r', {at} FROM seq_1_to_100000`,
		`INSERT INTO categories (brand_id, slug, parent_id, name, picture, sort, published, created_at, updated_at) VALUES ({brand}, 'large', 0, '{"en":"Large"}', '', 0, 1, 1, 1)`,
		`INSERT INTO product_categories (brand_id, product_id, category_id) SELECT {brand}, seq, (SELECT MIN(id) FROM categories WHERE slug = 'large') FROM seq_1_to_15000`,
		`INSERT INTO member_levels SELECT NULL, {brand}, CONCAT('01LEVELS', LPAD(seq, 18, '0')), seq, '{"en":"Level"}', 1, 1 FROM seq_1_to_3`,
		`INSERT INTO members SELECT NULL, {brand}, (SELECT MIN(id) FROM users) + seq * 3, (SELECT MIN(id) FROM member_levels) + seq MOD 3, 1, 1 FROM seq_1_to_6000`,
		`INSERT INTO segments VALUES (NULL, {brand}, CONCAT('01SEGMEN', LPAD(1, 18, '0')), 'Spent', '{"spent_from_fen":20000,"quiet_days":30}', 1, 1),
			(NULL, {brand}, CONCAT('01SEGMEN', LPAD(2, 18, '0')), 'Never', '{"paid_to":0}', 1, 1)`,
		`INSERT INTO segments SELECT NULL, {brand}, CONCAT('01SEGMEN', LPAD(seq + 2, 18, '0')), 'More', '{"level_from":2}', 1, 1 FROM seq_1_to_100`,
		`INSERT INTO coupons SELECT NULL, {brand}, CONCAT('01COUPON', LPAD(seq, 18, '0')), '{"en":"Coupon"}', ELT(1 + seq MOD 3, 'active', 'paused', 'stopped'), 'open', '', '{}', '{"kind":"off","off_fen":1000}',
			0, 'never', 0, 1000, 1, 0, 0, 0, 0, 30, {now}, {now} FROM seq_1_to_300`,
		`INSERT INTO coupon_claims SELECT NULL, {brand}, CONCAT('01CLAIMS', LPAD(seq, 18, '0')), (SELECT MIN(id) FROM coupons) + seq DIV 1000, (SELECT MIN(id) FROM users) + 3 + seq MOD 20000, seq DIV 20000,
			IF(seq MOD 3 = 0, 'used', 'claimed'), 'open', 0, IF(seq MOD 3 = 0, seq, 0), 0, {now} + 1000000000, 0, {at}, {at} FROM seq_1_to_100000`,
		`INSERT INTO coupon_issues SELECT NULL, {brand}, CONCAT('01ISSUES', LPAD(seq, 18, '0')), (SELECT MIN(id) FROM coupons) + seq MOD 300, CONCAT('01SEGMEN', LPAD(1, 18, '0')), 'Spent', '{}', 'done', '', 1, 1, 1, 1, 1, 0,
			'01STAFF1', 1, 1, 1 FROM seq_1_to_1000`,
		`INSERT INTO promotions SELECT NULL, {brand}, CONCAT('01PROMOT', LPAD(seq, 18, '0')), '{"en":"Promotion"}', IF(seq > 990, 'active', 'stopped'), 0, '', 0, 1, seq MOD 2, '{}', '{"kind":"off","off_fen":1000}',
			0, {now} + 1000000000, {now}, {now} FROM seq_1_to_1000`,
		`INSERT INTO group_campaigns SELECT NULL, {brand}, CONCAT('01CAMPAI', LPAD(seq, 18, '0')), seq, IF(seq > 290, 'running', 'cancelled'), 2, 0, 86400, 0, {now} + 1000000000, 0, 0, 0, {now}, {now} FROM seq_1_to_300`,
		`INSERT INTO small_groups SELECT NULL, {brand}, CONCAT('01GROUPS', LPAD(seq, 18, '0')), (SELECT MIN(id) FROM group_campaigns) + seq MOD 300, 1 + seq MOD 300, (SELECT MIN(id) FROM users) + 3 + seq MOD 20000,
			CASE WHEN seq > 19900 THEN 'open' WHEN seq MOD 5 = 0 THEN 'expired' ELSE 'formed' END, 2, 0, 0, 2, 2, {now}, 0, '', {now} - seq, {now} - seq FROM seq_1_to_20000`,
		`INSERT INTO after_sales SELECT NULL, {brand}, CONCAT('01AFTERS', LPAD(seq, 18, '0')), seq * 10, (SELECT MIN(id) FROM users) + 3 + (seq * 10) MOD 20000, 'refund',
			CASE WHEN seq > 9900 THEN 'applied' WHEN seq > 9800 THEN 'sending' WHEN seq MOD 7 = 0 THEN 'refused' ELSE 'done' END, IF(seq > 9800, {now} - 500000 + 100 * (seq - 9800), 0), 'other', '', '[]', 9900, 0, 0, 0, '{}', '', '', '', '', {at}, {at}
			FROM seq_1_to_10000`,
		`INSERT INTO after_sale_lines SELECT NULL, {brand}, a.id, (SELECT MIN(l.id) FROM order_lines l WHERE l.brand_id = a.brand_id AND l.order_id = a.order_id), 1, 0, 9900, 0, 0, 0, 1, 1 FROM after_sales a`,
		`INSERT INTO reviews SELECT NULL, {brand}, CONCAT('01REVIEW', LPAD(seq, 18, '0')), (SELECT MIN(id) FROM users) + 3 + seq MOD 20000, (SELECT MIN(id) FROM order_lines) + seq, 1 + seq MOD 20000, '{}', '王*', IF(seq MOD 500 = 0, 1, 4 + seq MOD 2), 'Fine', IF(seq MOD 1000 = 0, '["01PHOTO00000000000000000001"]', '[]'),
			IF(seq MOD 999 = 0, 'held', 'published'), '', 0, '', '', 0, {at}, {at} FROM seq_1_to_50000`,
		`INSERT INTO messages SELECT NULL, {brand}, CONCAT('01MESSAG', LPAD(seq, 18, '0')), (SELECT MIN(id) FROM users) + 3 + seq MOD 20000, 'order_paid', CONCAT('01LARGE', LPAD(seq, 19, '0')), '{}', 'T', IF(seq MOD 5000 = 0, 'failed', 'sent'), '', {at}, {at}, {at} FROM seq_1_to_100000`,
		`INSERT INTO imports SELECT NULL, {brand}, CONCAT('01IMPORT', LPAD(seq, 18, '0')), 'done', 0, 1, 'products.csv', 'en', '', 0, 20000, 20000, 20000, 20000, 0, 0, 0, 20000, '', '', '[]', 1, 1, 1 FROM seq_1_to_200`,
		`INSERT INTO import_lines SELECT NULL, {brand}, (SELECT MIN(id) FROM imports), seq, CONCAT('p-', 1 + seq DIV 2), IF(seq MOD 2, 'created', ''), IF(seq MOD 2, '', 'Body (HTML)'), '', IF(seq MOD 2, '', 'html_cleaned'), IF(seq MOD 2, '', 'value'), '' FROM seq_1_to_40000`,
		`INSERT INTO stock_movements SELECT NULL, {brand}, (SELECT MIN(id) FROM skus) + IF(seq MOD 2, seq MOD 20000, 6), 'commit', -1, seq, '', {at} FROM seq_1_to_100000`,
		`INSERT INTO reconciliations SELECT NULL, {brand}, DATE(FROM_UNIXTIME(({now} - seq * 86400000) / 1000)), {now} - seq * 86400000, 'done', 0, 0, '', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, '', 1, 1, 1, 1 FROM seq_1_to_365`,
		`INSERT INTO bill_exceptions SELECT NULL, {brand}, CONCAT('01DIFFER', LPAD(seq, 18, '0')), DATE(FROM_UNIXTIME(({now} - seq * 6000000) / 1000)), 'missing_here', 'payment', CONCAT('N', seq), IF(seq MOD 100 = 0, 'open', 'cleared'), 0, 9900, '', '', 0, '', '', 0, 1, 1 FROM seq_1_to_5000`,
		`INSERT INTO pages (brand_id, slug, title, blocks, published, version, draft_title, draft_blocks, created_at, updated_at) VALUES ({brand}, 'home', '{"en":"Home"}', '[]', 1, 500, '{}', '[]', 1, 1)`,
		`INSERT INTO page_versions SELECT NULL, {brand}, 'home', seq, '{"en":"Home"}', '[]', 'staff', '01STAFF1', 1 FROM seq_1_to_500`,
		`INSERT INTO refunds SELECT NULL, {brand}, seq * 40, seq * 40, 0, 0, CONCAT('01BACK0', LPAD(seq, 19, '0')), 'order', 'succeeded', 100, 0, 0, 'other', '', {at}, {at}, {at} FROM seq_1_to_2000`,
		`ANALYZE TABLE orders, order_lines, journal_entries, journal_postings, callbacks, jobs, audit_log, users, products, skus, refunds, product_categories,
			members, coupon_claims, coupon_issues, promotions, small_groups, after_sales, after_sale_lines, reviews, messages, import_lines, stock_movements, bill_exceptions`,
	} {
		q = strings.NewReplacer("{brand}", fmt.Sprint(brand), "{now}", fmt.Sprint(now), "{status}", status, "{at}", at).Replace(q)
		if _, err := pool.ExecContext(context.Background(), q); err != nil {
			t.Fatalf("%v: %.80s", err, q)
		}
	}
	t.Logf("filled in %v", time.Since(begun))
}
