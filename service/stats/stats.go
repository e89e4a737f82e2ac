// Package stats tells operators how trade stands: as Prometheus metrics that come from the database and are
// the same on every replica, and the figures of this process's connection pools.
package stats

import (
	"context"
	"database/sql"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hutong/model"
	"hutong/service/database"
)

const (
	// keep is how long figures are good, so that many scrapers cost no more than one.
	keep = 15 * time.Second
	// patience bounds the reading of the figures; a scrape waits for it.
	patience = 3 * time.Second
)

var (
	ordersDesc = prometheus.NewDesc("hutong_orders",
		"Orders that are not over yet, by state. The same on every replica.", []string{"brand", "status"}, nil)
	refundsDesc = prometheus.NewDesc("hutong_refunds",
		"Refunds that are not over yet, by state; abnormal and closed wait for staff. The same on every replica.", []string{"brand", "status"}, nil)
	uploadsDesc = prometheus.NewDesc("hutong_shipping_uploads",
		"What WeChat has not been told of what was sent, by state; refused waits for staff, and WeChat keeps the money. The same on every replica.",
		[]string{"brand", "status"}, nil)
	jobsDesc = prometheus.NewDesc("hutong_jobs",
		"Jobs by kind and state: waiting for their time (or being worked on), due, dead. The same on every replica.", []string{"kind", "state"}, nil)
	oldestDesc = prometheus.NewDesc("hutong_job_oldest_due_seconds",
		"For how long the job that is due longest has been waiting; 0 when none is. The same on every replica.", nil, nil)
	upDesc = prometheus.NewDesc("hutong_stats_up",
		"Whether the figures of orders, refunds, uploads and jobs could be read; without them their metrics are absent.", nil, nil)
	connectionsDesc = prometheus.NewDesc("hutong_db_connections",
		"Connections to the database, by pool and state.", []string{"pool", "state"}, nil)
	maxConnectionsDesc = prometheus.NewDesc("hutong_db_connections_max",
		"Connections that a pool may open.", []string{"pool"}, nil)
	waitsDesc = prometheus.NewDesc("hutong_db_waits_total",
		"How often a connection had to be waited for.", []string{"pool"}, nil)
	waitedDesc = prometheus.NewDesc("hutong_db_wait_seconds_total",
		"How long connections were waited for, in all.", []string{"pool"}, nil)
)

// Collector is a prometheus.Collector. It reads the figures of orders, refunds, uploads and jobs when they are asked for, and
// at most every 15 seconds.
type Collector struct {
	db  *database.DB
	now model.Clock
	log *slog.Logger

	mu    sync.Mutex
	until model.Millis
	kept  []prometheus.Metric
}

// New makes the collector; log is told when the figures cannot be read.
func New(db *database.DB, now model.Clock, log *slog.Logger) *Collector {
	return &Collector{db: db, now: now, log: log}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		ordersDesc, refundsDesc, uploadsDesc, jobsDesc, oldestDesc, upDesc, connectionsDesc, maxConnectionsDesc, waitsDesc, waitedDesc,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	for name, s := range c.db.PoolStats() {
		collectPool(ch, name, s)
	}
	for _, m := range c.figures() {
		ch <- m
	}
}

func collectPool(ch chan<- prometheus.Metric, pool string, s sql.DBStats) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, append([]string{pool}, labels...)...)
	}
	gauge(connectionsDesc, float64(s.InUse), "in_use")
	gauge(connectionsDesc, float64(s.Idle), "idle")
	gauge(maxConnectionsDesc, float64(s.MaxOpenConnections))
	ch <- prometheus.MustNewConstMetric(waitsDesc, prometheus.CounterValue, float64(s.WaitCount), pool)
	ch <- prometheus.MustNewConstMetric(waitedDesc, prometheus.CounterValue, s.WaitDuration.Seconds(), pool)
}

// figures are the database's, as they were at most 15 seconds ago.
func (c *Collector) figures() []prometheus.Metric {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now.Now()
	if now < c.until {
		return c.kept
	}
	ctx, cancel := context.WithTimeout(model.AcrossBrands(context.Background()), patience)
	defer cancel()
	figures, err := c.read(ctx, now)
	up := 1.0
	if err != nil {
		up = 0
		c.log.ErrorContext(ctx, "figures of orders, refunds, uploads and jobs cannot be read", "error", err)
	}
	c.kept = append(figures, prometheus.MustNewConstMetric(upDesc, prometheus.GaugeValue, up))
	c.until = now.Add(keep)
	return c.kept
}

func (c *Collector) read(ctx context.Context, now model.Millis) ([]prometheus.Metric, error) {
	brands, err := c.readBrands(ctx)
	if err != nil {
		return nil, err
	}
	tx := c.db.Read(ctx)
	orders, err := count(tx.Model(&model.Order{}), ordersDesc, brands, live)
	if err != nil {
		return nil, err
	}
	refunds, err := count(tx.Model(&model.Refund{}), refundsDesc, brands, owed)
	if err != nil {
		return nil, err
	}
	uploads, err := count(tx.Model(&model.ShippingUpload{}).
		Where("refused_for NOT IN ?", model.RefusalsOver), uploadsDesc, brands, untold)
	if err != nil {
		return nil, err
	}
	jobs, err := c.readJobs(ctx, now)
	if err != nil {
		return nil, err
	}
	return slices.Concat(orders, refunds, uploads, jobs), nil
}
