package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hutong/configs"
	"hutong/internal/mariadb"
	"hutong/model"
	"hutong/service"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/seal"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// world is a durable MariaDB with a large shop in it, a simulator of WeChat, and the server under
// measurement.
type world struct {
	settings
	dir      string
	maria    *mariadb.Server
	dsn      string
	keys     configs.Keys
	sim      *simulator.Simulator
	simURL   string
	merchant simulator.Merchant
	server   *process
	services *service.Services // for filling the shop
	db       *database.DB
	shop     *model.Brand
}

func (w *world) clock() time.Time { return time.Now() }

// newWorld fills the shop. It takes most of a minute.
func newWorld(ctx context.Context, s settings) (_ *world, err error) {
	w := &world{settings: s}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if err := w.startDatabase(ctx); err != nil {
		return nil, err
	}
	if err := w.startSimulator(); err != nil {
		return nil, err
	}
	if err := w.openShop(ctx); err != nil {
		return nil, err
	}
	return w, w.fill(ctx)
}

func (w *world) startDatabase(ctx context.Context) (err error) {
	if w.dir, err = os.MkdirTemp("", "hutong-bench-"); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "starting MariaDB (sync_binlog=1) …")
	if w.maria, err = mariadb.Start(ctx, mariadb.Options{Durable: true}); err != nil {
		return err
	}
	w.dsn = w.maria.DSN + "hutong"
	return nil
}

func (w *world) startSimulator() (err error) {
	if w.sim, err = simulator.New(simulator.Options{}); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed with the process
	if err != nil {
		return err
	}
	w.simURL = "http://" + l.Addr().String()
	go (&http.Server{Handler: w.sim, ReadHeaderTimeout: 5 * time.Second}).Serve(l) //nolint:errcheck // ends with the process
	w.merchant, err = w.sim.AddMerchant(simulator.Merchant{Name: "Bench"})
	return err
}

func (w *world) openShop(ctx context.Context) (err error) {
	if err := w.sql(ctx, "CREATE DATABASE hutong CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return err
	}
	if w.db, err = database.Open(ctx, database.Options{Dialect: database.MySQL, DSN: w.dsn, Clock: time.Now}); err != nil {
		return err
	}
	if _, err := w.db.Migrate(ctx); err != nil {
		return err
	}
	if w.keys, err = configs.NewKeys(); err != nil {
		return err
	}
	box, err := seal.New(string(w.keys.Keyset))
	if err != nil {
		return err
	}
	w.services = service.New(service.Options{
		DB: w.db, Box: box, WeChat: wechat.New(wechat.Options{}), Clock: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	m := w.merchant
	_, err = w.services.Brand.Apply(ctx, brand.Spec{
		Slug: "bench", Name: model.Text{"zh-CN": "测速", "en": "Bench"}, Languages: []string{"zh-CN", "en"},
		Theme: model.Theme{Accent: "#B4532A"},
		WeChat: &brand.WeChat{
			AppID: m.AppID, AppSecret: brand.Secret(m.AppSecret), MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key),
			CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
			Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
		},
		Freight: []brand.FreightTemplate{{
			Name: "standard", Default: true, Basis: model.FreightByPiece, FreeFrom: 9_900,
			Rules: []model.FreightRule{{First: 1, FirstFen: 800, Next: 1, NextFen: 200}},
		}},
	})
	if err != nil {
		return err
	}
	w.shop, err = w.services.Brand.Resolve(ctx, "bench")
	return err
}

// categories of the shop.
const categories = 20

func handle(i int) string   { return fmt.Sprintf("bench-product-%05d", i) }
func category(i int) string { return fmt.Sprintf("bench-category-%02d", i) }

// fill writes the products, with the fsyncs off so that it does not take half an hour.
func (w *world) fill(ctx context.Context) error {
	fmt.Fprintf(os.Stderr, "filling the shop with %d products …\n", w.products)
	if err := w.sql(ctx, "SET GLOBAL sync_binlog = 0", "SET GLOBAL innodb_flush_log_at_trx_commit = 0"); err != nil {
		return err
	}
	ctx = model.WithBrand(ctx, w.shop.ID)
	for i := range categories {
		_, err := w.services.Catalogue.PutCategory(ctx, catalogue.CategorySpec{
			Slug: category(i), Name: model.Text{"zh-CN": fmt.Sprintf("分类 %d", i), "en": fmt.Sprintf("Category %d", i)}, Published: true,
		})
		if err != nil {
			return err
		}
	}
	body := "<p>" + strings.Repeat("手工制作，经典设计，适合日常使用。 Made by hand, of a classic design. ", 12) + "</p>"
	stock := int64(1_000_000)
	for i := range w.products {
		spec := catalogue.ProductSpec{
			Handle: handle(i), Title: model.Text{"zh-CN": fmt.Sprintf("皮包 第 %d 款", i), "en": fmt.Sprintf("Leather bag no. %d", i)},
			Summary: model.Text{"zh-CN": "植鞣牛皮", "en": "Vegetable-tanned"}, Body: model.Text{"zh-CN": body, "en": body},
			Vendor: "Bench", Tags: []string{"leather", fmt.Sprintf("tag-%d", i%50)}, Categories: []string{category(i % categories)},
			Pictures:  []model.Picture{{URL: "/media/a.jpg"}, {URL: "/media/b.jpg"}, {URL: "/media/c.jpg"}},
			Options:   []model.Option{{Name: model.Text{"en": "Colour"}, Values: []model.Text{{"en": "Brown"}, {"en": "Black"}}}},
			Published: true, Sort: int64(i),
		}
		for j := range 2 {
			spec.SKUs = append(spec.SKUs, catalogue.SKUSpec{
				Choice: []int{j}, PriceFen: model.Fen(9_900 + i%1000), WeightGrams: 800, Stock: &stock,
			})
		}
		if _, err := w.services.Catalogue.PutProduct(ctx, spec); err != nil {
			return err
		}
	}
	return w.sql(ctx, "SET GLOBAL sync_binlog = 1", "SET GLOBAL innodb_flush_log_at_trx_commit = 1")
}

// startServer starts the binary and returns how long it took to its first answer.
func (w *world) startServer(ctx context.Context) (time.Duration, error) {
	address, err := freeAddress()
	if err != nil {
		return 0, err
	}
	var took time.Duration
	w.server, took, err = start(ctx, address, "/v1/bench", append(w.environ(),
		"HUTONG_SERVER__LISTEN="+address, "HUTONG_SERVER__PRIVATE_LISTEN="+w.private, "HUTONG_SERVER__PUBLIC_URL=http://"+address,
	), w.binary, "serve")
	return took, err
}

// environ is the configuration that the program is measured with.
func (w *world) environ() []string {
	return []string{
		"HUTONG_SESSION__KEYS=" + string(w.keys.Session[0]), "HUTONG_SECRETS__KEYSET=" + string(w.keys.Keyset),
		"HUTONG_DATABASE__DRIVER=mysql", "HUTONG_DATABASE__DSN=" + w.dsn,
		"HUTONG_WECHAT__API_BASE=" + w.simURL, "HUTONG_WECHAT__PAY_BASE=" + w.simURL,
		"HUTONG_MEDIA__FOLDER=" + filepath.Join(w.dir, "media"), "HUTONG_SEARCH__FOLDER=" + filepath.Join(w.dir, "search"),
		"HUTONG_RATE__ADDRESS__PER_SECOND=0", "HUTONG_RATE__USER__PER_SECOND=0", "HUTONG_LOG__EVERY=100",
	}
}

func (w *world) startBare(ctx context.Context, file string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p, _, err := start(ctx, address, "/", []string{"BENCH_LISTEN=" + address}, self, "bare", file)
	return p, err
}

// buyer is a consumer who is signed in and has an address, and the basket they buy over and over.
type buyer struct {
	token    string
	address  string // number
	checkout string // body of POST /orders
	skuIDs   [2]int64
}

// buyers lets so many consumers come in, each wanting other SKUs.
func (w *world) buyers(ctx context.Context, n int) ([]buyer, error) {
	buyers := make([]buyer, n)
	for i := range buyers {
		b := &buyers[i]
		code, err := w.sim.LoginCode(w.merchant.AppID, fmt.Sprintf("buyer-%d", i))
		if err != nil {
			return nil, err
		}
		var session struct{ Token string }
		if err := w.post(ctx, "/session", "", fmt.Sprintf(`{"code":%q}`, code), &session); err != nil {
			return nil, err
		}
		b.token = session.Token
		var address struct{ No string }
		err = w.post(ctx, "/addresses", b.token,
			`{"name":"王芳","phone":"13800000000","province_code":"31","city":"上海市","district":"静安区","detail":"南京西路 1 号"}`, &address)
		if err != nil {
			return nil, err
		}
		b.address = address.No
		product, err := w.get(ctx, "/v1/bench/products/"+handle(i))
		if err != nil {
			return nil, err
		}
		var p struct {
			SKUs []struct{ No string } `json:"skus"`
		}
		if err := json.Unmarshal(product, &p); err != nil {
			return nil, err
		}
		basket := fmt.Sprintf(`"address":%q,"lines":[{"sku":%q,"quantity":1},{"sku":%q,"quantity":1}]`, address.No, p.SKUs[0].No, p.SKUs[1].No)
		var quote struct {
			Total int64 `json:"total_fen"`
		}
		if err := w.post(ctx, "/quote", b.token, "{"+basket+"}", &quote); err != nil {
			return nil, err
		}
		b.checkout = fmt.Sprintf(`{%s,"expected_total_fen":%d}`, basket, quote.Total)
		b.skuIDs = [2]int64{int64(2*i + 1), int64(2*i + 2)}
	}
	return buyers, nil
}

func (w *world) post(ctx context.Context, path, token, body string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.server.address+"/v1/bench"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", newNumbers(w.clock)())
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var content bytes.Buffer
	if _, err := content.ReadFrom(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s: status %d: %s", path, answer.StatusCode, content.String())
	}
	return json.Unmarshal(content.Bytes(), into)
}

// sql runs statements as the server's administrator.
func (w *world) sql(ctx context.Context, statements ...string) error {
	return execAll(ctx, w.maria.DSN, statements...)
}

func (w *world) close() {
	if w.server != nil {
		w.server.stop()
	}
	var errs []error
	if w.db != nil {
		errs = append(errs, w.db.Close())
	}
	if w.maria != nil {
		errs = append(errs, w.maria.Stop())
	}
	if err := errors.Join(append(errs, os.RemoveAll(w.dir))...); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}
