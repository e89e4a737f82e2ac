package groupbuy

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/offer"
)

// CampaignView is a campaign as staff see it.
type CampaignView struct {
	No        string               `json:"no"`
	Product   string               `json:"product" doc:"Handle of the product"`
	Title     string               `json:"title" doc:"Of the product"`
	Picture   string               `json:"picture,omitempty" doc:"Of the product"`
	Status    model.CampaignStatus `json:"status" enum:"running,paused,cancelled"`
	Open      bool                 `json:"open" doc:"Whether groups can be opened now"`
	Size      int                  `json:"size"`
	MinSize   int                  `json:"min_size,omitempty"`
	Life      int64                `json:"life" doc:"Of a group, in seconds"`
	StartsAt  model.Millis         `json:"starts_at"`
	EndsAt    model.Millis         `json:"ends_at"`
	UserLimit int                  `json:"user_limit,omitempty"`
	NewOnly   bool                 `json:"new_only,omitempty"`
	Prices    []PriceView          `json:"prices"`
	CreatedAt model.Millis         `json:"created_at"`
	EndedAt   model.Millis         `json:"ended_at,omitempty" doc:"When it was cancelled"`
	Progress  Progress             `json:"progress"`
	AtStake   *AtStake             `json:"at_stake,omitempty" doc:"What cancelling it now would end; in the detail only"`
	Figures   *Figures             `json:"figures,omitempty" doc:"In the detail only"`
}

// Progress is how far the groups of a campaign have come.
type Progress struct {
	Open      int64 `json:"open" doc:"Groups that are open"`
	Formed    int64 `json:"formed"`
	Expired   int64 `json:"expired"`
	Cancelled int64 `json:"cancelled"`
	Members   int64 `json:"members" doc:"Paid seats of groups that are open or formed"`
}

// PriceView is one SKU of a campaign as staff see it.
type PriceView struct {
	SKUNo     string    `json:"sku"`
	Code      string    `json:"code,omitempty" doc:"The brand's own article number"`
	Choice    string    `json:"choice,omitempty" doc:"Of the product's options, in words"`
	Active    bool      `json:"active" doc:"Whether it is still to be had in the campaign's groups"`
	SoloFen   model.Fen `json:"solo_fen" doc:"What it costs alone, now"`
	PriceFen  model.Fen `json:"price_fen"`
	LeaderFen model.Fen `json:"leader_fen,omitempty"`
	Quota     int64     `json:"quota,omitempty"`
	Taken     int64     `json:"taken" doc:"Pieces sold or reserved"`
}

// terms is what the audit log keeps of a campaign.
func (v CampaignView) terms() CampaignView {
	v.Title, v.Picture, v.Figures, v.Progress = "", "", nil, Progress{}
	return v
}

// view is a campaign with its prices, without figures.
func (s *Service) view(tx *gorm.DB, c *model.GroupCampaign, languages []string) (CampaignView, error) {
	views, err := s.views(tx, []model.GroupCampaign{*c}, languages)
	if err != nil {
		return CampaignView{}, err
	}
	return views[0], nil
}

// views are campaigns with their prices, with a query for each table.
func (s *Service) views(tx *gorm.DB, campaigns []model.GroupCampaign, languages []string) ([]CampaignView, error) {
	ids, products := make([]int64, len(campaigns)), make([]int64, len(campaigns))
	for i, c := range campaigns {
		ids[i], products[i] = c.ID, c.ProductID
	}
	titles, err := titlesOf(tx, products)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		PriceView  `gorm:"embedded"`
		CampaignID int64
		ProductID  int64
		Options    model.List[int] `gorm:"column:chosen"`
	}
	err = tx.Model(&model.GroupPrice{}).
		Select("group_prices.campaign_id, group_prices.active, skus.product_id, skus.choice AS chosen, skus.no AS sku_no, skus.code, skus.price_fen AS solo_fen, group_prices.price_fen, group_prices.leader_fen, group_prices.quota, group_prices.taken").
		Joins("JOIN skus ON skus.brand_id = group_prices.brand_id AND skus.id = group_prices.sku_id").
		Where("group_prices.campaign_id IN ? AND (group_prices.active = ? OR group_prices.taken > 0)", ids, true).
		Order("group_prices.id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("prices of campaigns: %w", err)
	}
	prices := map[int64][]PriceView{}
	for _, r := range rows {
		chosen := offer.Line{SKU: model.SKU{Choice: r.Options}, Product: titles[r.ProductID]}
		r.Choice = chosen.Choice().In(languages...)
		prices[r.CampaignID] = append(prices[r.CampaignID], r.PriceView)
	}
	progress, err := progressOf(tx, ids)
	if err != nil {
		return nil, err
	}
	now := s.now.Now()
	views := make([]CampaignView, len(campaigns))
	for i, c := range campaigns {
		p := titles[c.ProductID]
		views[i] = CampaignView{
			No: c.No, Product: p.Handle, Title: p.Title.In(languages...), Picture: pictureOf(p), Status: c.Status, Open: terms{campaign: c}.opens(now) == nil,
			Size: c.Size, MinSize: c.MinSize, Life: c.Life, StartsAt: c.StartsAt, EndsAt: c.EndsAt,
			UserLimit: c.UserLimit, NewOnly: c.NewOnly, Prices: prices[c.ID], CreatedAt: c.CreatedAt, EndedAt: c.EndedAt,
			Progress: progress[c.ID],
		}
	}
	return views, nil
}

func titlesOf(tx *gorm.DB, products []int64) (map[int64]model.Product, error) {
	var rows []model.Product
	if err := tx.Select("id", "handle", "title", "pictures", "options").Where("id IN ?", products).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	byID := make(map[int64]model.Product, len(rows))
	for _, p := range rows {
		byID[p.ID] = p
	}
	return byID, nil
}

// pictureOf is the first picture of a product, small where there is a small one.
func pictureOf(p model.Product) string {
	if len(p.Pictures) == 0 {
		return ""
	}
	if small := p.Pictures[0].Small; small != "" {
		return small
	}
	return p.Pictures[0].URL
}

// progressOf counts the groups of campaigns, with one query.
func progressOf(tx *gorm.DB, campaigns []int64) (map[int64]Progress, error) {
	var rows []struct {
		CampaignID int64
		Status     model.GroupStatus
		N, Paid    int64
	}
	err := tx.Model(&model.Group{}).Where("campaign_id IN ?", campaigns).
		Select("campaign_id, status, COUNT(*) AS n, SUM(paid) AS paid").Group("campaign_id, status").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("groups of campaigns: %w", err)
	}
	all := make(map[int64]Progress, len(campaigns))
	for _, r := range rows {
		p := all[r.CampaignID]
		switch r.Status {
		case model.GroupOpen:
			p.Open, p.Members = r.N, p.Members+r.Paid
		case model.GroupFormed:
			p.Formed, p.Members = r.N, p.Members+r.Paid
		case model.GroupExpired:
			p.Expired = r.N
		case model.GroupCancelled:
			p.Cancelled = r.N
		}
		all[r.CampaignID] = p
	}
	return all, nil
}

// Campaigns are the campaigns of the brand, the newest first: those in these states, if any are named, with an id
// below before, at most limit.
func (s *Service) Campaigns(
	ctx context.Context, statuses []model.CampaignStatus, before int64, limit int, languages ...string,
) (views []CampaignView, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.GroupCampaign) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("campaigns: %w", err)
	}
	if len(rows) == 0 {
		return nil, 0, nil
	}
	views, err = s.views(tx, rows, languages)
	return views, next, err
}

// Campaign is one campaign with its figures. Errors: ErrCampaignNotFound.
func (s *Service) Campaign(ctx context.Context, no string, languages ...string) (CampaignView, error) {
	tx := s.db.Read(ctx)
	c, err := findCampaign(tx, no)
	if err != nil {
		return CampaignView{}, err
	}
	v, err := s.view(tx, c, languages)
	if err != nil {
		return CampaignView{}, err
	}
	if v.Figures, err = figuresOf(tx, c.ID); err != nil {
		return v, err
	}
	v.AtStake, err = atStake(tx, c.ID)
	return v, err
}

// DeskGroup is a group as staff see it.
type DeskGroup struct {
	No        string            `json:"no"`
	Campaign  string            `json:"campaign"`
	Product   string            `json:"product" doc:"Handle of the product"`
	Title     string            `json:"title" doc:"Of the product"`
	Picture   string            `json:"picture,omitempty" doc:"Of the product"`
	Status    model.GroupStatus `json:"status" enum:"open,formed,expired,cancelled"`
	Reason    string            `json:"reason,omitempty" doc:"Code of why it ended without forming: too_few, empty, by_the_brand"`
	Size      int               `json:"size"`
	MinSize   int               `json:"min_size,omitempty"`
	Paid      int               `json:"paid"`
	Reserved  int               `json:"reserved" doc:"Seats of orders that are not paid yet"`
	ExpiresAt model.Millis      `json:"expires_at"`
	EndedAt   model.Millis      `json:"ended_at,omitempty"`
	CreatedAt model.Millis      `json:"created_at"`
	Seats     []DeskSeat        `json:"seats"`
}

// DeskSeat is a seat as staff see it.
type DeskSeat struct {
	Order  string           `json:"order" doc:"Number of the order"`
	Name   string           `json:"name" doc:"Masked"`
	Leader bool             `json:"leader,omitempty"`
	Status model.SeatStatus `json:"status" enum:"reserved,paid,confirmed,released,refunding,refunded"`
	Pieces int              `json:"pieces"`
	Depth  int              `json:"depth" doc:"Links between this member and who came by themselves"`
	Reason string           `json:"reason,omitempty" doc:"Code of why the seat was lost or the money goes back"`
	PaidAt model.Millis     `json:"paid_at,omitempty"`
}

// GroupFilter chooses groups; what is empty means any.
type GroupFilter struct {
	Campaign string
	Statuses []model.GroupStatus
}

// Groups are the groups of the brand, the newest first. Errors: ErrCampaignNotFound.
func (s *Service) Groups(
	ctx context.Context, f GroupFilter, before int64, limit int, languages ...string,
) (views []DeskGroup, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if f.Campaign != "" {
		c, err := findCampaign(tx, f.Campaign)
		if err != nil {
			return nil, 0, err
		}
		query = query.Where("campaign_id = ?", c.ID)
	}
	if len(f.Statuses) > 0 {
		query = query.Where("status IN ?", f.Statuses)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.Group) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("groups: %w", err)
	}
	views, err = deskGroups(tx, rows, languages)
	return views, next, err
}

// GroupAtDesk is one group. Errors: ErrGroupNotFound.
func (s *Service) GroupAtDesk(ctx context.Context, no string, languages ...string) (DeskGroup, error) {
	tx := s.db.Read(ctx)
	g, err := findGroup(tx, no)
	if err != nil {
		return DeskGroup{}, err
	}
	return deskGroup(tx, *g, languages)
}

func deskGroup(tx *gorm.DB, g model.Group, languages []string) (DeskGroup, error) {
	views, err := deskGroups(tx, []model.Group{g}, languages)
	if err != nil {
		return DeskGroup{}, err
	}
	return views[0], nil
}

func deskGroups(tx *gorm.DB, groups []model.Group, languages []string) ([]DeskGroup, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	ids, products, campaignIDs := make([]int64, len(groups)), make([]int64, len(groups)), make([]int64, len(groups))
	for i, g := range groups {
		ids[i], products[i], campaignIDs[i] = g.ID, g.ProductID, g.CampaignID
	}
	titles, err := titlesOf(tx, products)
	if err != nil {
		return nil, err
	}
	var campaigns []model.GroupCampaign
	if err := tx.Select("id", "no").Where("id IN ?", campaignIDs).Find(&campaigns).Error; err != nil {
		return nil, fmt.Errorf("campaigns: %w", err)
	}
	nos := map[int64]string{}
	for _, c := range campaigns {
		nos[c.ID] = c.No
	}
	var rows []struct {
		model.GroupSeat `gorm:"embedded"`
		OrderNo         string
	}
	err = tx.Model(&model.GroupSeat{}).Select("group_seats.*, orders.no AS order_no").
		Joins("JOIN orders ON orders.brand_id = group_seats.brand_id AND orders.id = group_seats.order_id").
		Where("group_seats.group_id IN ?", ids).Order("group_seats.id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("seats: %w", err)
	}
	seats := map[int64][]DeskSeat{}
	for _, r := range rows {
		seats[r.GroupID] = append(seats[r.GroupID], DeskSeat{
			r.OrderNo, r.Name, r.Leader, r.Status, r.Quantity, r.Depth, r.Reason, r.PaidAt,
		})
	}
	views := make([]DeskGroup, len(groups))
	for i, g := range groups {
		p := titles[g.ProductID]
		views[i] = DeskGroup{
			No: g.No, Campaign: nos[g.CampaignID], Product: p.Handle, Title: p.Title.In(languages...), Picture: pictureOf(p), Status: g.Status,
			Reason: g.Reason, Size: g.Size, MinSize: g.MinSize, Paid: g.Paid, Reserved: g.Reserved,
			ExpiresAt: g.ExpiresAt, EndedAt: g.EndedAt, CreatedAt: g.CreatedAt, Seats: seats[g.ID],
		}
	}
	return views, nil
}
