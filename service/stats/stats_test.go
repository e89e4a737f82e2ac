package stats_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/stats"
	"hutong/service/testdb"
)

func TestFigures(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		now := model.At(now)
		ctx := model.AcrossBrands(t.Context())
		create := func(rows ...any) {
			t.Helper()
			err := db.InTx(ctx, func(tx *gorm.DB) error {
				for _, r := range rows {
					if err := tx.Create(r).Error; err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		create(
			&model.Brand{ID: 1, Slug: "demo"}, &model.Brand{ID: 2, Slug: "other"},
			&model.Order{BrandID: 1, No: "A", Status: model.OrderPending},
			&model.Order{BrandID: 1, No: "B", Status: model.OrderPending},
			&model.Order{BrandID: 2, No: "C", Status: model.OrderPaid},
			&model.Order{BrandID: 2, No: "D", Status: model.OrderCancelled},
			&model.Refund{BrandID: 1, No: "R", Status: model.RefundClosed},
			&model.Refund{BrandID: 1, No: "S", Status: model.RefundReplaced},
			&model.Refund{BrandID: 2, No: "T", Status: model.RefundSucceeded},
			&model.ShippingUpload{BrandID: 1, OrderID: 1, Seq: 1, Status: model.UploadRefused, RefusedFor: "invalid"},
			&model.ShippingUpload{BrandID: 1, OrderID: 1, Seq: 99, Status: model.UploadRefused, RefusedFor: "reship_used"},
			&model.ShippingUpload{BrandID: 2, OrderID: 3, Seq: 1, Status: model.UploadSending},
			&model.ShippingUpload{BrandID: 2, OrderID: 4, Seq: 1, Status: model.UploadDone},
			&model.Job{BrandID: 1, Kind: "k", Key: "1", Status: model.JobQueued, RunAt: now - 90_000},
			&model.Job{BrandID: 1, Kind: "k", Key: "2", Status: model.JobQueued, RunAt: now + 1},
			&model.Job{BrandID: 1, Kind: "l", Key: "3", Status: model.JobDead, RunAt: now - 500_000},
			&model.Job{BrandID: 1, Kind: "l", Key: "4", Status: model.JobDone, RunAt: now - 500_000},
		)
		c := stats.New(db, clock, slog.New(slog.DiscardHandler))
		check := func() {
			t.Helper()
			err := testutil.CollectAndCompare(c, strings.NewReader(want),
				"hutong_orders", "hutong_refunds", "hutong_shipping_uploads", "hutong_jobs", "hutong_job_oldest_due_seconds", "hutong_stats_up")
			if err != nil {
				t.Error(err)
			}
		}
		check()
		create(&model.Order{BrandID: 1, No: "E", Status: model.OrderPending})
		check() // within fifteen seconds nothing is read again
	}, testdb.Clock(clock))
}

const want = `
# HELP hutong_job_oldest_due_seconds For how long the job that is due longest has been waiting; 0 when none is. The same on every replica.
# TYPE hutong_job_oldest_due_seconds gauge
hutong_job_oldest_due_seconds 90
# HELP hutong_jobs Jobs by kind and state: waiting for their time (or being worked on), due, dead. The same on every replica.
# TYPE hutong_jobs gauge
hutong_jobs{kind="k",state="due"} 1
hutong_jobs{kind="k",state="waiting"} 1
hutong_jobs{kind="l",state="dead"} 1
# HELP hutong_orders Orders that are not over yet, by state. The same on every replica.
# TYPE hutong_orders gauge
hutong_orders{brand="demo",status="paid"} 0
hutong_orders{brand="demo",status="partly_shipped"} 0
hutong_orders{brand="demo",status="pending"} 2
hutong_orders{brand="demo",status="shipped"} 0
hutong_orders{brand="other",status="paid"} 1
hutong_orders{brand="other",status="partly_shipped"} 0
hutong_orders{brand="other",status="pending"} 0
hutong_orders{brand="other",status="shipped"} 0
# HELP hutong_refunds Refunds that are not over yet, by state; abnormal and closed wait for staff. The same on every replica.
# TYPE hutong_refunds gauge
hutong_refunds{brand="demo",status="abnormal"} 0
hutong_refunds{brand="demo",status="closed"} 1
hutong_refunds{brand="demo",status="pending"} 0
hutong_refunds{brand="demo",status="processing"} 0
hutong_refunds{brand="other",status="abnormal"} 0
hutong_refunds{brand="other",status="closed"} 0
hutong_refunds{brand="other",status="pending"} 0
hutong_refunds{brand="other",status="processing"} 0
# HELP hutong_shipping_uploads What WeChat has not been told of what was sent, by state; refused waits for staff, and WeChat keeps the money. The same on every replica.
# TYPE hutong_shipping_uploads gauge
hutong_shipping_uploads{brand="demo",status="refused"} 1
hutong_shipping_uploads{brand="demo",status="sending"} 0
hutong_shipping_uploads{brand="demo",status="waiting"} 0
hutong_shipping_uploads{brand="other",status="refused"} 0
hutong_shipping_uploads{brand="other",status="sending"} 1
hutong_shipping_uploads{brand="other",status="waiting"} 0
# HELP hutong_stats_up Whether the figures of orders, refunds, uploads and jobs could be read; without them their metrics are absent.
# TYPE hutong_stats_up gauge
hutong_stats_up 1
`

// A database that is gone costs the scrape its figures, not the other metrics.
func TestWithoutDatabase(t *testing.T) {
	o := testdb.SQLiteOptions(t)
	db, err := database.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	r := prometheus.NewRegistry()
	r.MustRegister(stats.New(db, time.Now, slog.New(slog.NewTextHandler(&log, nil))))
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := ""
	for _, f := range families {
		names += f.GetName() + " "
		if f.GetName() == "hutong_stats_up" && f.GetMetric()[0].GetGauge().GetValue() != 0 {
			t.Error("up without a database")
		}
	}
	if !strings.Contains(names, "hutong_stats_up") || !strings.Contains(names, "hutong_db_connections") || strings.Contains(names, "hutong_orders") {
		t.Errorf("metrics: %s", names)
	}
	if !strings.Contains(log.String(), "cannot be read") {
		t.Errorf("the log: %s", log.String())
	}
}
