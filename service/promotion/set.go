package promotion

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/member"
)

// set is what a brand's prices depend on beside the catalogue, at one version of what it shows. It does not change;
// what moves without a version, quotas and coupons, is asked of the database.
type set struct {
	version    int64
	promotions []rule             // active and not over when it was loaded, by id
	coupons    bool               // whether the brand has any
	levels     map[int]model.Text // names of levels by rank, if a promotion is for one
}

// of is the brand's set at a version, from memory when it is there: then a checkout asks nothing for it.
func (s *Service) of(tx *gorm.DB, version int64) (*set, error) {
	brandID, ok := model.BrandID(tx.Statement.Context)
	if !ok {
		return nil, database.ErrNoBrand
	}
	if known, ok := s.sets.Load(brandID); ok {
		if known := known.(*set); known.version == version {
			return known, nil
		}
	}
	loaded, err := s.load(tx, brandID)
	if err != nil {
		return nil, err
	}
	s.sets.Store(brandID, loaded)
	return loaded, nil
}

// promotionRow is a promotion, or zero where the brand has none.
type promotionRow struct {
	Version    int64
	HasCoupons bool
	ID         int64
	No         string
	Name       model.Text
	Priority   int64
	GroupName  string
	Stackable  bool
	Coupons    bool
	FlashSale  bool
	Conditions model.Conditions
	Effect     model.Effect
	StartsAt   model.Millis
	EndsAt     model.Millis
	PerUser    int64
}

// load reads version and promotions with one query, so that they are of one moment.
func (s *Service) load(tx *gorm.DB, brandID int64) (*set, error) {
	var rows []promotionRow
	err := tx.Model(&model.Brand{}).
		Select("brands.catalogue_version AS version, "+
			"EXISTS (SELECT 1 FROM coupons c WHERE c.brand_id = brands.id) AS has_coupons, "+
			"COALESCE(p.id, 0) AS id, COALESCE(p.no, '') AS no, COALESCE(p.name, '{}') AS name, COALESCE(p.priority, 0) AS priority, "+
			"COALESCE(p.group_name, '') AS group_name, COALESCE(p.stackable, 0) AS stackable, COALESCE(p.coupons, 0) AS coupons, "+
			"COALESCE(p.flash_sale, 0) AS flash_sale, COALESCE(p.conditions, '{}') AS conditions, COALESCE(p.effect, '{}') AS effect, "+
			"COALESCE(p.starts_at, 0) AS starts_at, COALESCE(p.ends_at, 0) AS ends_at, COALESCE(q.per_user, 0) AS per_user").
		Joins("LEFT JOIN promotions p ON p.brand_id = brands.id AND p.status = ? AND p.ends_at > ?", model.PromotionActive, s.now.Now()).
		Joins("LEFT JOIN promotion_quotas q ON q.brand_id = p.brand_id AND q.promotion_id = p.id").
		Where("brands.id = ?", brandID).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("promotions of brand %d: %w", brandID, err)
	}
	if len(rows) == 0 {
		return nil, model.ErrBrandNotFound
	}
	out := &set{version: rows[0].Version, coupons: rows[0].HasCoupons}
	for _, r := range rows {
		if r.ID == 0 {
			continue
		}
		out.promotions = append(out.promotions, rule{
			id: r.ID, no: r.No, name: r.Name, conditions: r.Conditions, effect: r.Effect, priority: r.Priority,
			group: r.GroupName, stackable: r.Stackable, coupons: r.Coupons, flash: r.FlashSale,
			startsAt: r.StartsAt, endsAt: r.EndsAt, perUser: r.PerUser,
		})
	}
	if slices.ContainsFunc(out.promotions, func(r rule) bool { return r.conditions.LevelFrom > 0 }) {
		if out.levels, err = member.Names(tx); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out.promotions, func(a, b rule) int { return cmp.Compare(a.id, b.id) })
	rules := make([]*rule, len(out.promotions))
	for i := range out.promotions {
		rules[i] = &out.promotions[i]
	}
	return out, scope(tx, rules)
}

// scope fills in which products count for rules, those of their categories and of what is below them included.
func scope(tx *gorm.DB, rules []*rule) error {
	var wanted bool
	for _, r := range rules {
		c := r.conditions
		if len(c.Products)+len(c.Categories) > 0 {
			r.products = make(map[int64]bool, len(c.Products))
		}
		for _, id := range c.Products {
			r.products[id] = true
		}
		wanted = wanted || len(c.Categories) > 0
	}
	if !wanted {
		return nil
	}
	var tree []model.Category
	if err := tx.Select("id", "parent_id").Find(&tree).Error; err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	for _, r := range rules {
		if len(r.conditions.Categories) == 0 {
			continue
		}
		var products []int64
		err := tx.Model(&model.ProductCategory{}).Where("category_id IN ?", below(tree, r.conditions.Categories)).
			Pluck("product_id", &products).Error
		if err != nil {
			return fmt.Errorf("products of categories: %w", err)
		}
		for _, id := range products {
			r.products[id] = true
		}
	}
	return nil
}

// below is the categories and all below them.
func below(tree []model.Category, ids []int64) []int64 {
	out := slices.Clone(ids)
	for i := 0; i < len(out); i++ {
		for _, c := range tree {
			if c.ParentID == out[i] && !slices.Contains(out, c.ID) {
				out = append(out, c.ID)
			}
		}
	}
	return out
}
