package groupbuy

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
)

// mostRunning bounds the campaigns that are shown at once.
const mostRunning = 20

// Running is a product that can be bought in groups now.
type Running struct {
	Campaign string       `json:"campaign" doc:"Number of the campaign"`
	Product  string       `json:"product" doc:"Handle of the product"`
	Title    string       `json:"title" doc:"Of the product"`
	Picture  string       `json:"picture,omitempty"`
	Size     int          `json:"size" doc:"Members of a group"`
	MinSize  int          `json:"min_size,omitempty" doc:"So many are enough when a group's time is up"`
	NewOnly  bool         `json:"new_only,omitempty" doc:"For those who have bought nothing here yet"`
	EndsAt   model.Millis `json:"ends_at" doc:"No group is opened from here on; UTC milliseconds"`
	PriceFen model.Fen    `json:"price_fen" doc:"Of the cheapest SKU that is left"`
	SoloFen  model.Fen    `json:"solo_fen" doc:"What that costs alone"`
	Open     int64        `json:"open" doc:"Groups that can be joined"`
	Missing  int          `json:"missing,omitempty" doc:"Members that the one of them wants which wants fewest"`
	Until    model.Millis `json:"until,omitempty" doc:"When the time of that one is up; UTC milliseconds"`
}

// Running is what can be bought in groups now, what ends first first; with a number only the campaign that has it. What
// is sold out is left out.
func (s *Service) Running(ctx context.Context, campaign string, languages ...string) ([]Running, error) {
	tx, now := s.db.Read(ctx), s.now.Now()
	query := tx.Joins("JOIN products p ON p.brand_id = group_campaigns.brand_id AND p.id = group_campaigns.product_id AND p.published AND NOT p.archived").
		Where("group_campaigns.status = ? AND group_campaigns.starts_at <= ? AND group_campaigns.ends_at > ?", model.CampaignRunning, now, now)
	if campaign != "" {
		query = query.Where("group_campaigns.no = ?", campaign)
	}
	var campaigns []model.GroupCampaign
	err := query.Select("group_campaigns.*").Order("group_campaigns.ends_at, group_campaigns.id").Limit(mostRunning).Find(&campaigns).Error
	if err != nil {
		return nil, fmt.Errorf("campaigns that run: %w", err)
	}
	running := []Running{}
	if len(campaigns) == 0 {
		return running, nil
	}
	ids, products := make([]int64, len(campaigns)), make([]int64, len(campaigns))
	for i, c := range campaigns {
		ids[i], products[i] = c.ID, c.ProductID
	}
	titles, err := titlesOf(tx, products)
	if err != nil {
		return nil, err
	}
	prices, err := offerPrices(tx, ids...)
	if err != nil {
		return nil, err
	}
	nearest, err := nearestOf(tx, ids, now)
	if err != nil {
		return nil, err
	}
	for _, c := range campaigns {
		p := titles[c.ProductID]
		r := Running{
			Campaign: c.No, Product: p.Handle, Title: p.Title.In(languages...), Size: c.Size, MinSize: c.MinSize, NewOnly: c.NewOnly,
			EndsAt: c.EndsAt,
		}
		if len(p.Pictures) > 0 {
			r.Picture = p.Pictures[0].URL
		}
		for _, price := range prices[c.ID] {
			if price.Left > 0 && (r.PriceFen == 0 || price.PriceFen < r.PriceFen) {
				r.PriceFen, r.SoloFen = price.PriceFen, price.SoloFen
			}
		}
		if r.PriceFen == 0 {
			continue
		}
		if n, ok := nearest[c.ID]; ok {
			r.Open, r.Missing, r.Until = n.Open, int(n.Nearest/nearestScale), model.Millis(n.Nearest%nearestScale)
		}
		running = append(running, r)
	}
	return running, nil
}

// nearestScale puts how many members a group wants in front of when its time is up, so that one minimum finds the group
// that wants fewest and among those the one that ends first. An instant in milliseconds has thirteen digits.
const nearestScale = 100_000_000_000_000

type nearestRow struct {
	CampaignID int64
	Open       int64
	Nearest    int64
}

// nearestOf is how many groups of campaigns can be joined, and which of them wants fewest, with one query.
func nearestOf(tx *gorm.DB, campaigns []int64, now model.Millis) (map[int64]nearestRow, error) {
	var rows []nearestRow
	err := tx.Model(&model.Group{}).
		Select("campaign_id, COUNT(*) AS open, MIN((size - paid) * ? + expires_at) AS nearest", int64(nearestScale)).
		Where("campaign_id IN ? AND status = ? AND expires_at > ? AND paid > 0 AND paid + reserved < size", campaigns, model.GroupOpen, now).
		Group("campaign_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("groups of campaigns: %w", err)
	}
	byID := make(map[int64]nearestRow, len(rows))
	for _, r := range rows {
		byID[r.CampaignID] = r
	}
	return byID, nil
}
