package stats

import (
	"context"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"gorm.io/gorm"

	"hutong/model"
)

// live are the states whose orders are few: counting the orders that are over would read all there ever were.
var live = []model.OrderStatus{model.OrderPending, model.OrderPaid, model.OrderPartlyShipped, model.OrderShipped}

// owed are the states of refunds whose money has not gone back.
var owed = []model.RefundStatus{model.RefundPending, model.RefundProcessing, model.RefundAbnormal, model.RefundClosed}

func (c *Collector) readBrands(ctx context.Context) (brands []model.Brand, err error) {
	if err := c.db.Read(ctx).Select("id", "slug").Find(&brands).Error; err != nil {
		return nil, fmt.Errorf("brands: %w", err)
	}
	return brands, nil
}

// untold are the states of what WeChat has not been told of a shipping.
var untold = []model.UploadStatus{model.UploadWaiting, model.UploadSending, model.UploadRefused}

// count counts the rows of each brand in each of some states, by the index on brand, status, id.
func count[S ~string](query *gorm.DB, desc *prometheus.Desc, brands []model.Brand, states []S) ([]prometheus.Metric, error) {
	ids := make([]int64, len(brands))
	for i, b := range brands {
		ids[i] = b.ID
	}
	var rows []struct {
		BrandID int64
		Status  S
		N       int64
	}
	err := query.Select("brand_id", "status", "COUNT(*) AS n").
		Where("brand_id IN ? AND status IN ?", ids, states).Group("brand_id, status").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("%T: %w", query.Statement.Model, err)
	}
	counted := map[int64]map[S]int64{}
	for _, r := range rows {
		if counted[r.BrandID] == nil {
			counted[r.BrandID] = map[S]int64{}
		}
		counted[r.BrandID][r.Status] = r.N
	}
	var out []prometheus.Metric
	for _, b := range brands {
		for _, s := range states { // a state without rows is 0, not absent
			out = append(out, prometheus.MustNewConstMetric(desc, prometheus.GaugeValue,
				float64(counted[b.ID][s]), b.Slug, string(s)))
		}
	}
	return out, nil
}

// readJobs counts by the index on status, run_at. Jobs that are done are left out, as orders that are over.
func (c *Collector) readJobs(ctx context.Context, now model.Millis) ([]prometheus.Metric, error) {
	var out []prometheus.Metric
	for state, where := range map[string][]any{
		"waiting": {"status = ? AND run_at > ?", model.JobQueued, now},
		"due":     {"status = ? AND run_at <= ?", model.JobQueued, now},
		"dead":    {"status = ?", model.JobDead},
	} {
		var rows []struct {
			Kind string
			N    int64
		}
		err := c.db.Read(ctx).Model(&model.Job{}).Select("kind", "COUNT(*) AS n").
			Where(where[0], where[1:]...).Group("kind").Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("jobs: %w", err)
		}
		for _, r := range rows {
			out = append(out, prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(r.N), r.Kind, state))
		}
	}
	var oldest []model.Millis
	err := c.db.Read(ctx).Model(&model.Job{}).Where("status = ? AND run_at <= ?", model.JobQueued, now).
		Order("run_at").Limit(1).Pluck("run_at", &oldest).Error
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	age := 0.0
	if len(oldest) > 0 {
		age = float64(now-oldest[0]) / 1000
	}
	return append(out, prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, age)), nil
}
