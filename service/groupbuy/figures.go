package groupbuy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
)

// Figures is how a campaign goes. Rates are in 1/10,000; one of nothing is 0.
type Figures struct {
	Open          int64 `json:"open" doc:"Groups that are open"`
	Formed        int64 `json:"formed"`
	Expired       int64 `json:"expired"`
	Cancelled     int64 `json:"cancelled" doc:"By the brand, or because nobody was left"`
	SuccessRate   int64 `json:"success_rate" doc:"Formed of those that formed or expired; in 1/10,000"`
	SeatFill      int64 `json:"seat_fill" doc:"Paid seats of all seats of the groups that formed or expired; in 1/10,000"`
	MedianSeconds int64 `json:"median_seconds" doc:"From the opening to the forming of a group"`
	Members       int64 `json:"members" doc:"Paid seats of groups that are open, formed or expired"`
	Leaders       int64 `json:"leaders" doc:"Members who opened their group"`
	Visitors      int64 `json:"visitors" doc:"Consumers who looked at a group by a member's link, one for each group"`
	Joined        int64 `json:"joined" doc:"Members who came by a link"`
	Invitations   int64 `json:"invitations" doc:"Visitors for each member; in 1/10,000"`
	Acceptance    int64 `json:"acceptance" doc:"Visitors who became members; in 1/10,000"`
	K             int64 `json:"k" doc:"Invitations × acceptance: members that each member brings; in 1/10,000"`
	DepthMost     int64 `json:"depth_most" doc:"Links in a row between a member and one who came by themselves, at most"`
	DepthMean     int64 `json:"depth_mean" doc:"The same in the mean, of those who came by a link; in 1/10,000"`
}

func rate(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	return part * 10_000 / whole
}

func figuresOf(tx *gorm.DB, campaignID int64) (*Figures, error) {
	var byStatus []struct {
		Status        model.GroupStatus
		N, Paid, Size int64
	}
	err := tx.Model(&model.Group{}).Where("campaign_id = ?", campaignID).
		Select("status, COUNT(*) AS n, SUM(paid) AS paid, SUM(size) AS size").Group("status").Scan(&byStatus).Error
	if err != nil {
		return nil, fmt.Errorf("groups of campaign %d: %w", campaignID, err)
	}
	f := &Figures{}
	var paid, size int64
	for _, r := range byStatus {
		switch r.Status {
		case model.GroupOpen:
			f.Open = r.N
		case model.GroupFormed:
			f.Formed = r.N
		case model.GroupExpired:
			f.Expired = r.N
		case model.GroupCancelled:
			f.Cancelled = r.N
		}
		if r.Status == model.GroupFormed || r.Status == model.GroupExpired {
			paid, size = paid+r.Paid, size+r.Size
		}
	}
	f.SuccessRate, f.SeatFill = rate(f.Formed, f.Formed+f.Expired), rate(paid, size)
	if f.Formed > 0 {
		var took []int64
		err := tx.Model(&model.Group{}).Where("campaign_id = ? AND status = ?", campaignID, model.GroupFormed).
			Order("ended_at - created_at").Offset(int(f.Formed/2)).Limit(1).Pluck("ended_at - created_at", &took).Error
		if err != nil {
			return nil, fmt.Errorf("groups of campaign %d: %w", campaignID, err)
		}
		if len(took) > 0 {
			f.MedianSeconds = took[0] / 1000
		}
	}
	return f, f.sharing(tx, campaignID)
}

// sharing counts who came through whom.
func (f *Figures) sharing(tx *gorm.DB, campaignID int64) error {
	var m struct{ Members, Leaders, Joined, Most, Depths int64 }
	err := tx.Model(&model.GroupSeat{}).Where("campaign_id = ? AND counted = ?", campaignID, true).
		Select("COUNT(*) AS members, COALESCE(SUM(CASE WHEN leader THEN 1 ELSE 0 END), 0) AS leaders, " +
			"COALESCE(SUM(CASE WHEN inviter_id > 0 THEN 1 ELSE 0 END), 0) AS joined, " +
			"COALESCE(MAX(depth), 0) AS most, COALESCE(SUM(depth), 0) AS depths").Scan(&m).Error
	if err != nil {
		return fmt.Errorf("seats of campaign %d: %w", campaignID, err)
	}
	err = tx.Model(&model.GroupVisit{}).
		Joins("JOIN small_groups ON small_groups.brand_id = group_visits.brand_id AND small_groups.id = group_visits.group_id").
		Where("small_groups.campaign_id = ? AND group_visits.inviter_id > 0", campaignID).Count(&f.Visitors).Error
	if err != nil {
		return fmt.Errorf("visits of campaign %d: %w", campaignID, err)
	}
	f.Members, f.Leaders, f.Joined, f.DepthMost, f.DepthMean = m.Members, m.Leaders, m.Joined, m.Most, rate(m.Depths, m.Joined)
	f.Invitations, f.Acceptance, f.K = rate(f.Visitors, f.Members), rate(f.Joined, f.Visitors), rate(f.Joined, f.Members)
	return nil
}

// Preview is what a campaign would mean, before it is one.
type Preview struct {
	Prices []PricePreview `json:"prices"`
	AtStake
	SoldBefore   int64    `json:"sold_before" doc:"Pieces of the product that were paid in the thirty days before"`
	OverlapSKUs  []string `json:"overlap_skus,omitempty" doc:"SKUs that another campaign has in the same time: with them it is refused"`
	PiecesNeeded int64    `json:"pieces_needed" doc:"Pieces to sell in groups instead of so many alone, for the same revenue"`
}

// AtStake is what of a campaign is under way.
type AtStake struct {
	OpenGroups  int64     `json:"open_groups" doc:"Groups of the campaign that are open and keep their terms"`
	OpenMembers int64     `json:"open_members" doc:"Paid seats in them: who would get money back if it were cancelled now"`
	RefundsFen  model.Fen `json:"refunds_fen" doc:"That money"`
}

// PricePreview is what a campaign would mean for one SKU.
type PricePreview struct {
	SKUNo          string    `json:"sku"`
	SoloFen        model.Fen `json:"solo_fen"`
	PriceFen       model.Fen `json:"price_fen"`
	LeaderFen      model.Fen `json:"leader_fen,omitempty"`
	Discount       int64     `json:"discount" doc:"Off the price alone; in 1/10,000"`
	GroupFen       model.Fen `json:"group_fen" doc:"What a full group pays, one piece each"`
	GroupSoloFen   model.Fen `json:"group_solo_fen" doc:"What the same pieces cost alone"`
	GivenFen       model.Fen `json:"given_fen" doc:"The difference: what a full group costs the brand"`
	Available      int64     `json:"available" doc:"Pieces that can be sold: of the stock, or of the quota if that is less"`
	GroupsPossible int64     `json:"groups_possible" doc:"Full groups for which they are enough"`
}

// previewDays is how far back a preview looks.
const previewDays = 30

// Preview tells what a campaign would mean: no is that of the campaign that would be changed, or "". Nothing is
// written. Errors: those of Create but ErrCampaignOverlap, which the answer tells.
func (s *Service) Preview(ctx context.Context, no string, in Campaign) (p Preview, err error) {
	now := s.now.Now()
	if err := in.check(now); err != nil {
		return p, err
	}
	tx := s.db.Read(ctx)
	productID, err := catalogue.IDOf(tx, in.Product)
	if err != nil {
		return p, err
	}
	var besides int64
	if no != "" {
		c, err := findCampaign(tx, no)
		if err != nil {
			return p, err
		}
		besides = c.ID
		stake, err := atStake(tx, besides)
		if err != nil {
			return p, err
		}
		p.AtStake = *stake
	}
	skus, err := in.priced(tx, productID)
	if err != nil {
		return p, err
	}
	var overlaps model.Errs
	for i, sku := range skus {
		one := Campaign{StartsAt: in.StartsAt, EndsAt: in.EndsAt}
		if err := one.overlaps(tx, productID, besides, []model.SKU{sku}); err != nil {
			if !errors.As(err, &overlaps) {
				return p, err
			}
			p.OverlapSKUs = append(p.OverlapSKUs, sku.No)
		}
		p.Prices = append(p.Prices, previewPrice(in, in.Prices[i], sku))
	}
	err = tx.Model(&model.OrderLine{}).
		Joins("JOIN orders ON orders.brand_id = order_lines.brand_id AND orders.id = order_lines.order_id").
		Where("order_lines.product_id = ? AND orders.paid_at > ?", productID, now.Add(-previewDays*24*time.Hour)).
		Select("COALESCE(SUM(order_lines.quantity - order_lines.refunded), 0)").Scan(&p.SoldBefore).Error
	if err != nil {
		return p, fmt.Errorf("lines of product %d: %w", productID, err)
	}
	solo, group := int64(0), int64(0)
	for _, x := range p.Prices {
		solo, group = solo+int64(x.GroupSoloFen), group+int64(x.GroupFen)
	}
	p.PiecesNeeded = (p.SoldBefore*solo + group - 1) / group
	return p, nil
}

func previewPrice(in Campaign, p PriceInput, sku model.SKU) PricePreview {
	leader := p.LeaderFen
	if leader == 0 {
		leader = p.PriceFen
	}
	v := PricePreview{
		SKUNo: sku.No, SoloFen: sku.PriceFen, PriceFen: p.PriceFen, LeaderFen: p.LeaderFen,
		Discount: rate(int64(sku.PriceFen-p.PriceFen), int64(sku.PriceFen)),
		GroupFen: p.PriceFen.Times(in.Size-1) + leader, GroupSoloFen: sku.PriceFen.Times(in.Size),
		Available: max(0, sku.Available()),
	}
	if p.Quota > 0 {
		v.Available = min(v.Available, p.Quota)
	}
	v.GivenFen = v.GroupSoloFen - v.GroupFen
	v.GroupsPossible = v.Available / int64(in.Size)
	return v
}

// atStake counts the groups of a campaign that are open.
func atStake(tx *gorm.DB, campaignID int64) (*AtStake, error) {
	var a AtStake
	err := tx.Model(&model.Group{}).Where("campaign_id = ? AND status = ?", campaignID, model.GroupOpen).Count(&a.OpenGroups).Error
	if err != nil {
		return nil, fmt.Errorf("groups of campaign %d: %w", campaignID, err)
	}
	var sum struct {
		N     int64
		Total model.Fen
	}
	err = tx.Model(&model.GroupSeat{}).
		Joins("JOIN orders ON orders.brand_id = group_seats.brand_id AND orders.id = group_seats.order_id").
		Where("group_seats.campaign_id = ? AND group_seats.status = ?", campaignID, model.SeatPaid).
		Select("COUNT(*) AS n, COALESCE(SUM(orders.total_fen - orders.refunded_fen), 0) AS total").Scan(&sum).Error
	if err != nil {
		return nil, fmt.Errorf("seats of campaign %d: %w", campaignID, err)
	}
	a.OpenMembers, a.RefundsFen = sum.N, sum.Total
	return &a, nil
}
