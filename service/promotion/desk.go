package promotion

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
)

// DeskView is a promotion as staff see it.
type DeskView struct {
	No        string                `json:"no"`
	Status    model.PromotionStatus `json:"status" enum:"active,paused,stopped"`
	Running   bool                  `json:"running" doc:"Active, and its time is now"`
	Reserved  int64                 `json:"reserved,omitempty" doc:"Pieces of a flash sale in orders that are not paid"`
	Sold      int64                 `json:"sold,omitempty" doc:"Pieces of a flash sale in paid orders"`
	Numbers   *Numbers              `json:"numbers,omitempty" doc:"In the detail only"`
	CreatedAt model.Millis          `json:"created_at"`
	UpdatedAt model.Millis          `json:"updated_at"`
	Named     Named                 `json:"named" doc:"What conditions and effect name, as people call it"`
	Spec
}

// terms is what the audit log keeps of a promotion.
func (v DeskView) terms() DeskView {
	v.Named = Named{}
	return v
}

// Numbers is what a promotion or a coupon has brought: orders that are paid, whatever became of them later.
type Numbers struct {
	Orders    int64     `json:"orders" doc:"Paid orders that it made cheaper"`
	Buyers    int64     `json:"buyers" doc:"Consumers with such an order"`
	SavedFen  model.Fen `json:"saved_fen" doc:"What it took off them"`
	PaidFen   model.Fen `json:"paid_fen" doc:"What was paid for them, with delivery and tax"`
	RefundFen model.Fen `json:"refunded_fen" doc:"What of that has gone back or is on its way"`
}

// DeskFilter chooses promotions; what is empty means any.
type DeskFilter struct {
	Statuses []model.PromotionStatus
	Flash    *bool
}

// List is the promotions of ctx's brand, newest first: those with an id below before, at most limit; before 0 starts
// at the newest. next is the before of the following page, or 0 at the end.
func (s *Service) List(ctx context.Context, f DeskFilter, before int64, limit int) (views []DeskView, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if len(f.Statuses) > 0 {
		query = query.Where("status IN ?", f.Statuses)
	}
	if f.Flash != nil {
		query = query.Where("flash_sale = ?", *f.Flash)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.Promotion) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("promotions: %w", err)
	}
	views, err = s.desk(tx, rows)
	return views, next, err
}

// Get is one promotion with its numbers. Errors: ErrPromotionNotFound.
func (s *Service) Get(ctx context.Context, no string) (DeskView, error) {
	tx := s.db.Read(ctx)
	p, err := findPromotion(tx, no)
	if err != nil {
		return DeskView{}, err
	}
	views, err := s.desk(tx, []model.Promotion{p})
	if err != nil {
		return DeskView{}, err
	}
	id := strconv.FormatInt(p.ID, 10)
	views[0].Numbers, err = numbers(tx, "source IN ?", []string{sourcePromotion + id, sourceFlashSale + id})
	return views[0], err
}

// numbers adds up the paid orders that have adjustments of some sources.
func numbers(tx *gorm.DB, sources string, args ...any) (*Numbers, error) {
	unpaid := []model.OrderStatus{model.OrderPending, model.OrderCancelled}
	var n Numbers
	err := tx.Model(&model.Order{}).Where("status NOT IN ?", unpaid).
		Where("id IN (?)", tx.Model(&model.Adjustment{}).Select("order_id").Where(sources, args...)).
		Select("COUNT(*) AS orders, COUNT(DISTINCT user_id) AS buyers, " +
			"COALESCE(SUM(total_fen), 0) AS paid_fen, COALESCE(SUM(refunded_fen), 0) AS refund_fen").Scan(&n).Error
	if err != nil {
		return nil, fmt.Errorf("numbers: %w", err)
	}
	err = tx.Model(&model.Adjustment{}).Where(sources, args...).
		Where("order_id IN (?)", tx.Model(&model.Order{}).Select("id").Where("status NOT IN ?", unpaid)).
		Select("COALESCE(SUM(-amount_fen), 0)").Scan(&n.SavedFen).Error
	if err != nil {
		return nil, fmt.Errorf("numbers: %w", err)
	}
	return &n, nil
}

func findPromotion(query *gorm.DB, no string) (p model.Promotion, err error) {
	if err := query.Where("no = ?", no).Take(&p).Error; database.IsNotFound(err) {
		return p, model.ErrPromotionNotFound
	} else if err != nil {
		return p, fmt.Errorf("promotion %s: %w", no, err)
	}
	return p, nil
}

func (s *Service) desk(tx *gorm.DB, rows []model.Promotion) ([]DeskView, error) {
	var conditions []model.Conditions
	var effects []model.Effect
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		conditions, effects = append(conditions, r.Conditions), append(effects, r.Effect)
	}
	n, err := inside(tx, conditions, effects)
	if err != nil {
		return nil, err
	}
	var quotas []model.PromotionQuota
	if err := tx.Where("promotion_id IN ?", ids).Find(&quotas).Error; err != nil {
		return nil, fmt.Errorf("quotas: %w", err)
	}
	now := s.now.Now()
	views := make([]DeskView, len(rows))
	for i, r := range rows {
		v := DeskView{
			No: r.No, Status: r.Status, Running: r.Status == model.PromotionActive && r.StartsAt <= now && now < r.EndsAt,
			CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Spec: Spec{
				Name: r.Name, Priority: r.Priority, Group: r.GroupName, Stackable: r.Stackable, Coupons: r.Coupons,
				StartsAt: r.StartsAt, EndsAt: r.EndsAt,
			},
		}
		v.Conditions, v.Effect = n.specs(r.Conditions, r.Effect)
		v.Named = n.told.of(v.Conditions, v.Effect)
		for _, q := range quotas {
			if q.PromotionID == r.ID {
				v.Quota, v.Reserved, v.Sold = &Quota{q.Total, q.PerUser}, q.Reserved, q.Sold
			}
		}
		views[i] = v
	}
	return views, nil
}

// Create makes a promotion, active from the beginning, once per key. Errors: model.Errs; ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, spec Spec) (DeskView, error) {
	if err := spec.check(); err != nil {
		return DeskView{}, err
	}
	request := idem.Request{Owner: "staff:" + model.ActorOf(ctx).No, Key: key, Operation: "promotion.create", Input: spec}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (DeskView, error) {
		p := model.Promotion{No: s.newNo(), Status: model.PromotionActive, FlashSale: spec.Quota != nil}
		if err := spec.fill(tx, &p); err != nil {
			return DeskView{}, err
		}
		if err := tx.Create(&p).Error; err != nil {
			return DeskView{}, fmt.Errorf("promotion: %w", err)
		}
		if q := spec.Quota; q != nil {
			row := model.PromotionQuota{PromotionID: p.ID, Total: q.Total, PerUser: q.PerUser}
			if err := tx.Create(&row).Error; err != nil {
				return DeskView{}, fmt.Errorf("quota of promotion %s: %w", p.No, err)
			}
		}
		return s.written(ctx, tx, "promotion.create", p.No, nil)
	})
}

// fill copies a spec into a row.
func (s Spec) fill(tx *gorm.DB, p *model.Promotion) error {
	n, err := outside(tx, s.Conditions, s.Effect)
	if err != nil {
		return err
	}
	if p.Conditions, p.Effect, err = n.rows(s.Conditions, s.Effect); err != nil {
		return err
	}
	p.Name, p.Priority, p.GroupName, p.Stackable, p.Coupons = s.Name, s.Priority, s.Group, s.Stackable, s.Coupons
	p.StartsAt, p.EndsAt = s.StartsAt, s.EndsAt
	return nil
}

// written concludes what staff did to a promotion: the log, the version, and what it is now.
func (s *Service) written(ctx context.Context, tx *gorm.DB, action, no string, before any) (DeskView, error) {
	p, err := findPromotion(tx, no)
	if err != nil {
		return DeskView{}, err
	}
	views, err := s.desk(tx, []model.Promotion{p})
	if err != nil {
		return DeskView{}, err
	}
	if err := catalogue.Changed(tx); err != nil {
		return DeskView{}, err
	}
	err = trail.Write(ctx, tx, action, trail.Subject{Kind: "promotion", No: no}, before, views[0].terms())
	return views[0], err
}

// Change makes a promotion what a spec says. Orders that are placed keep their price. Errors: model.Errs;
// ErrPromotionNotFound; ErrWrongState when it was stopped; ErrInvalid at "quota" when it would become a flash sale, or
// stop being one, or its limit per person would change; ErrQuotaTaken when more pieces are taken than there would be.
func (s *Service) Change(ctx context.Context, no string, spec Spec) (v DeskView, err error) {
	if err := spec.check(); err != nil {
		return DeskView{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		p, err := findPromotion(tx.Clauses(forUpdate), no)
		if err != nil {
			return err
		}
		before, err := s.desk(tx, []model.Promotion{p})
		if err != nil {
			return err
		}
		if err := spec.fill(tx, &p); err != nil {
			return err
		}
		if err := changeQuota(tx, p, before[0].Quota, spec.Quota); err != nil {
			return err
		}
		res := tx.Model(&model.Promotion{}).Where("id = ? AND status <> ?", p.ID, model.PromotionStopped).Updates(map[string]any{
			"name": p.Name, "priority": p.Priority, "group_name": p.GroupName, "stackable": p.Stackable, "coupons": p.Coupons,
			"conditions": p.Conditions, "effect": p.Effect, "starts_at": p.StartsAt, "ends_at": p.EndsAt,
		})
		if res.Error != nil {
			return fmt.Errorf("promotion %s: %w", no, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrWrongState
		}
		v, err = s.written(ctx, tx, "promotion.change", no, before[0].terms())
		return err
	})
	return v, err
}

// changeQuota changes how many pieces of a flash sale there are, if no more are taken.
func changeQuota(tx *gorm.DB, p model.Promotion, before, after *Quota) error {
	if (before == nil) != (after == nil) || before != nil && before.PerUser != after.PerUser {
		return model.ErrInvalid.At("quota")
	}
	if before == nil || before.Total == after.Total {
		return nil
	}
	res := tx.Model(&model.PromotionQuota{}).Where("promotion_id = ? AND reserved + sold <= ?", p.ID, after.Total).Update("total", after.Total)
	if res.Error != nil {
		return fmt.Errorf("quota of promotion %s: %w", p.No, res.Error)
	}
	if res.RowsAffected == 0 {
		var q model.PromotionQuota
		if err := tx.Where("promotion_id = ?", p.ID).Take(&q).Error; err != nil {
			return fmt.Errorf("quota of promotion %s: %w", p.No, err)
		}
		return model.ErrQuotaTaken.At("quota.total").With("min", fmt.Sprint(q.Reserved+q.Sold))
	}
	return nil
}

// Move pauses a promotion, has it go on, or stops it for good. Orders that are placed keep their price. Errors:
// ErrPromotionNotFound, ErrWrongState.
func (s *Service) Move(ctx context.Context, no string, to model.PromotionStatus) (v DeskView, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		p, err := findPromotion(tx, no)
		if err != nil {
			return err
		}
		if err := flow.Advance[model.Promotion](tx, model.PromotionFlow, p.ID, to, nil); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, "promotion."+string(to), no, map[string]any{"status": p.Status})
		return err
	})
	return v, err
}

var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}
