package groupbuy

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/person"
)

// mostOpen bounds the open groups that a product page shows.
const mostOpen = 10

// Offer is how a product can be bought in groups now.
type Offer struct {
	Campaign  string       `json:"campaign" doc:"Number of the campaign, for the group of a basket"`
	Product   string       `json:"product" doc:"Handle of the product"`
	Size      int          `json:"size" doc:"Members of a group"`
	MinSize   int          `json:"min_size,omitempty" doc:"So many are enough when a group's time is up"`
	Life      int64        `json:"life" doc:"Of a group, in seconds"`
	StartsAt  model.Millis `json:"starts_at"`
	EndsAt    model.Millis `json:"ends_at" doc:"No group is opened from here on; UTC milliseconds"`
	UserLimit int          `json:"user_limit,omitempty" doc:"Pieces for one consumer in all"`
	NewOnly   bool         `json:"new_only,omitempty" doc:"For those who have bought nothing here yet"`
	Prices    []OfferPrice `json:"prices"`
	Groups    []GroupView  `json:"groups" doc:"Groups that can be joined, those first that are missing fewest"`
	Formed    int64        `json:"formed" doc:"Members of groups that have formed so far"`
}

// OfferPrice is what a SKU costs in a group.
type OfferPrice struct {
	SKUNo     string    `json:"sku"`
	SoloFen   model.Fen `json:"solo_fen" doc:"What it costs alone"`
	PriceFen  model.Fen `json:"price_fen"`
	LeaderFen model.Fen `json:"leader_fen,omitempty" doc:"What who opens a group pays"`
	Left      int64     `json:"left" doc:"Pieces that could be had a moment ago; 99 stands for 99 or more"`
}

// GroupView is a group as anybody sees it: no member can be told from it.
type GroupView struct {
	No        string            `json:"no"`
	Campaign  string            `json:"campaign"`
	Product   string            `json:"product" doc:"Handle of the product"`
	Title     string            `json:"title" doc:"Of the product"`
	Picture   string            `json:"picture,omitempty"`
	Status    model.GroupStatus `json:"status" enum:"open,formed,expired,cancelled"`
	Size      int               `json:"size"`
	MinSize   int               `json:"min_size,omitempty"`
	NewOnly   bool              `json:"new_only,omitempty"`
	Paid      int               `json:"paid" doc:"Members who have paid"`
	Poster    string            `json:"poster,omitempty" doc:"A picture to keep and send on, with the group's mini-program code; of an open group"`
	Missing   int               `json:"missing" doc:"Members that it still wants; 0 once it has ended"`
	Full      bool              `json:"full,omitempty" doc:"The missing ones are about to pay: nobody can join just now"`
	ExpiresAt model.Millis      `json:"expires_at" doc:"It forms before this instant, or all get their money back; UTC milliseconds"`
	EndedAt   model.Millis      `json:"ended_at,omitempty"`
	PriceFen  model.Fen         `json:"price_fen" doc:"Of the cheapest SKU"`
	SoloFen   model.Fen         `json:"solo_fen" doc:"What that costs alone"`
	Members   []Member          `json:"members" doc:"Who has paid, in their order; real ones, all of them"`
}

// Member is a member as the others see them.
type Member struct {
	Name   string       `json:"name" doc:"Masked; empty when the account was deleted"`
	Leader bool         `json:"leader,omitempty" doc:"Who opened the group"`
	At     model.Millis `json:"at" doc:"When they paid"`
}

// OfferOf is how a product can be bought in groups now, or nil. Errors: ErrProductNotFound.
func (s *Service) OfferOf(ctx context.Context, handle string, languages ...string) (*Offer, error) {
	tx, now := s.db.Read(ctx), s.now.Now()
	productID, err := catalogue.IDOf(tx, handle)
	if err != nil {
		return nil, err
	}
	var c model.GroupCampaign
	err = tx.Where("product_id = ? AND status = ? AND starts_at <= ? AND ends_at > ?", productID, model.CampaignRunning, now, now).
		Order("id").Take(&c).Error
	if database.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("campaign of %s: %w", handle, err)
	}
	o := &Offer{
		Campaign: c.No, Product: handle, Size: c.Size, MinSize: c.MinSize, Life: c.Life, StartsAt: c.StartsAt, EndsAt: c.EndsAt,
		UserLimit: c.UserLimit, NewOnly: c.NewOnly, Groups: []GroupView{},
	}
	prices, err := offerPrices(tx, c.ID)
	if err != nil {
		return nil, err
	}
	o.Prices = prices[c.ID]
	var groups []model.Group
	err = tx.Where("campaign_id = ? AND status = ? AND expires_at > ? AND paid > 0 AND paid + reserved < size", c.ID, model.GroupOpen, now).
		Order("size - paid, expires_at, id").Limit(mostOpen).Find(&groups).Error
	if err != nil {
		return nil, fmt.Errorf("groups of campaign %s: %w", c.No, err)
	}
	if len(groups) > 0 {
		if o.Groups, err = s.groupViews(tx, groups, languages); err != nil {
			return nil, err
		}
	}
	err = tx.Model(&model.Group{}).Where("campaign_id = ? AND status = ?", c.ID, model.GroupFormed).
		Select("COALESCE(SUM(paid), 0)").Scan(&o.Formed).Error
	if err != nil {
		return nil, fmt.Errorf("groups of campaign %s: %w", c.No, err)
	}
	return o, nil
}

// mostShown is the stock from which on consumers are told no more.
const mostShown = 99

// offerPrices are the prices of campaigns, by the campaigns' ids.
func offerPrices(tx *gorm.DB, campaigns ...int64) (map[int64][]OfferPrice, error) {
	var rows []struct {
		OfferPrice              `gorm:"embedded"`
		CampaignID              int64
		Quota, Taken, Available int64
	}
	err := tx.Model(&model.GroupPrice{}).
		Select("group_prices.campaign_id, skus.no AS sku_no, skus.price_fen AS solo_fen, group_prices.price_fen, group_prices.leader_fen, group_prices.quota, group_prices.taken, skus.on_hand - skus.reserved AS available").
		Joins("JOIN skus ON skus.brand_id = group_prices.brand_id AND skus.id = group_prices.sku_id AND skus.active").
		Where("group_prices.campaign_id IN ? AND group_prices.active = ?", campaigns, true).Order("group_prices.id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("prices of campaigns %v: %w", campaigns, err)
	}
	prices := make(map[int64][]OfferPrice, len(campaigns))
	for _, r := range rows {
		p := r.OfferPrice
		p.PriceFen, p.LeaderFen = min(p.PriceFen, p.SoloFen), min(p.LeaderFen, p.SoloFen)
		p.Left = r.Available
		if r.Quota > 0 {
			p.Left = min(p.Left, r.Quota-r.Taken)
		}
		p.Left = min(max(0, p.Left), mostShown)
		prices[r.CampaignID] = append(prices[r.CampaignID], p)
	}
	return prices, nil
}

// Group is a group by its number. Errors: ErrGroupNotFound; one in which nobody has paid yet is none.
func (s *Service) Group(ctx context.Context, no string, languages ...string) (GroupView, error) {
	tx := s.db.Read(ctx)
	g, err := findGroup(tx, no)
	if err != nil {
		return GroupView{}, err
	}
	views, err := s.groupViews(tx, []model.Group{*g}, languages)
	if err != nil {
		return GroupView{}, err
	}
	return views[0], nil
}

// groupViews are groups as anybody sees them, with a query for each table.
func (s *Service) groupViews(tx *gorm.DB, groups []model.Group, languages []string) ([]GroupView, error) {
	ids, products, campaigns := make([]int64, len(groups)), make([]int64, len(groups)), make([]int64, len(groups))
	for i, g := range groups {
		ids[i], products[i], campaigns[i] = g.ID, g.ProductID, g.CampaignID
	}
	titles, err := titlesOf(tx, products)
	if err != nil {
		return nil, err
	}
	terms, err := cheapest(tx, campaigns)
	if err != nil {
		return nil, err
	}
	var seats []model.GroupSeat
	err = tx.Select("group_id", "name", "leader", "status", "counted", "paid_at", "expires_at").
		Where("group_id IN ? AND (counted = ? OR status = ?)", ids, true, model.SeatReserved).
		Order("paid_at, id").Find(&seats).Error
	if err != nil {
		return nil, fmt.Errorf("seats: %w", err)
	}
	now := s.now.Now()
	members, held := map[int64][]Member{}, map[int64]int{}
	for _, seat := range seats {
		switch {
		case seat.Counted:
			members[seat.GroupID] = append(members[seat.GroupID], Member{seat.Name, seat.Leader, seat.PaidAt})
		case seat.ExpiresAt > now:
			held[seat.GroupID]++
		}
	}
	views := make([]GroupView, len(groups))
	for i, g := range groups {
		p, t := titles[g.ProductID], terms[g.CampaignID]
		v := GroupView{
			No: g.No, Campaign: t.No, Product: p.Handle, Title: p.Title.In(languages...), Status: g.Status, Size: g.Size,
			MinSize: g.MinSize, NewOnly: g.NewOnly, Paid: g.Paid, ExpiresAt: g.ExpiresAt, EndedAt: g.EndedAt,
			PriceFen: t.PriceFen, SoloFen: t.SoloFen, Members: members[g.ID],
		}
		if len(p.Pictures) > 0 {
			v.Picture = p.Pictures[0].URL
		}
		if v.Members == nil {
			v.Members = []Member{}
		}
		if g.Status == model.GroupOpen {
			v.Missing = g.Size - g.Paid
			v.Full = g.Paid+held[g.ID] >= g.Size
		}
		views[i] = v
	}
	return views, nil
}

// cheap is what the cheapest SKU of a campaign costs.
type cheap struct {
	ID                int64
	No                string
	PriceFen, SoloFen model.Fen
}

func cheapest(tx *gorm.DB, campaigns []int64) (map[int64]cheap, error) {
	var rows []cheap
	err := tx.Model(&model.GroupCampaign{}).
		Select("group_campaigns.id, group_campaigns.no, COALESCE(group_prices.price_fen, 0) AS price_fen, COALESCE(skus.price_fen, 0) AS solo_fen").
		Joins("LEFT JOIN group_prices ON group_prices.brand_id = group_campaigns.brand_id AND group_prices.campaign_id = group_campaigns.id").
		Joins("LEFT JOIN skus ON skus.brand_id = group_prices.brand_id AND skus.id = group_prices.sku_id").
		Where("group_campaigns.id IN ?", campaigns).Order("group_prices.active, group_prices.price_fen DESC, group_prices.id DESC").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("campaigns: %w", err)
	}
	byID := map[int64]cheap{}
	for _, r := range rows { // the last one is the cheapest of those that are to be had
		r.PriceFen = min(r.PriceFen, r.SoloFen)
		byID[r.ID] = r
	}
	return byID, nil
}

// Mine is a group that a consumer has a seat in.
type Mine struct {
	Group  GroupView        `json:"group"`
	Order  string           `json:"order" doc:"Number of my order in it"`
	Seat   model.SeatStatus `json:"seat" enum:"reserved,paid,confirmed,released,refunding,refunded"`
	Reason string           `json:"reason,omitempty" doc:"Code of why I lost the seat or get my money back"`
	From   int              `json:"from" doc:"For the links that I share: whose they are"`
	Leader bool             `json:"leader,omitempty"`
	At     model.Millis     `json:"at" doc:"When I ordered; UTC milliseconds"`
}

// MyGroups are the groups of a consumer, the newest first: those with a seat's id below before, at most limit.
func (s *Service) MyGroups(ctx context.Context, userID, before int64, limit int, languages ...string) (mine []Mine, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx.Where("user_id = ?", userID)
	seats, next, err := database.Latest(query, before, limit, func(r model.GroupSeat) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("seats of user %d: %w", userID, err)
	}
	mine, err = s.mine(tx, seats, languages)
	return mine, next, err
}

// MySeat is the last seat that a consumer took in a group, or nil. Errors: ErrGroupNotFound.
func (s *Service) MySeat(ctx context.Context, userID int64, no string, languages ...string) (*Mine, error) {
	tx := s.db.Read(ctx)
	g, err := findGroup(tx, no)
	if err != nil {
		return nil, err
	}
	var seats []model.GroupSeat
	err = tx.Where("group_id = ? AND user_id = ?", g.ID, userID).Order("id DESC").Limit(1).Find(&seats).Error
	if err != nil {
		return nil, fmt.Errorf("seat in group %s: %w", no, err)
	}
	if len(seats) == 0 {
		return nil, nil
	}
	mine, err := s.mine(tx, seats, languages)
	if err != nil {
		return nil, err
	}
	return &mine[0], nil
}

func (s *Service) mine(tx *gorm.DB, seats []model.GroupSeat, languages []string) ([]Mine, error) {
	if len(seats) == 0 {
		return nil, nil
	}
	groupIDs, orderIDs := make([]int64, len(seats)), make([]int64, len(seats))
	for i, seat := range seats {
		groupIDs[i], orderIDs[i] = seat.GroupID, seat.OrderID
	}
	var groups []model.Group
	if err := tx.Where("id IN ?", groupIDs).Find(&groups).Error; err != nil {
		return nil, fmt.Errorf("groups: %w", err)
	}
	views, err := s.groupViews(tx, groups, languages)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]GroupView, len(groups))
	for i, g := range groups {
		byID[g.ID] = views[i]
	}
	var orders []model.Order
	if err := tx.Select("id", "no").Where("id IN ?", orderIDs).Find(&orders).Error; err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	nos := make(map[int64]string, len(orders))
	for _, o := range orders {
		nos[o.ID] = o.No
	}
	mine := make([]Mine, len(seats))
	for i, seat := range seats {
		var before int64
		if err := tx.Model(&model.GroupSeat{}).Where("group_id = ? AND id <= ?", seat.GroupID, seat.ID).Count(&before).Error; err != nil {
			return nil, fmt.Errorf("seats: %w", err)
		}
		mine[i] = Mine{byID[seat.GroupID], nos[seat.OrderID], seat.Status, seat.Reason, int(before), seat.Leader, seat.CreatedAt}
	}
	return mine, nil
}

// Visit notes that a consumer looks at a group, by whose link first. Members are not counted. It earns nobody anything.
// Errors: ErrGroupNotFound, ErrUnauthorized.
func (s *Service) Visit(ctx context.Context, userID int64, no string, from int) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := person.Lock(tx, userID); err != nil { // nothing is noted of a deleted account
			return err
		}
		g, err := findGroup(tx, no)
		if err != nil {
			return err
		}
		var member int64
		err = tx.Model(&model.GroupSeat{}).Where("group_id = ? AND holder = ?", g.ID, userID).Count(&member).Error
		if err != nil {
			return fmt.Errorf("seats of group %s: %w", no, err)
		}
		if member > 0 {
			return nil
		}
		v := model.GroupVisit{GroupID: g.ID, UserID: userID, Views: 1}
		inviter, err := seatNumber(tx, g.ID, from)
		if err != nil {
			return err
		}
		if inviter != nil && inviter.UserID != userID {
			v.InviterID = inviter.ID
		}
		err = tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "brand_id"}, {Name: "group_id"}, {Name: "user_id"}},
			DoUpdates: clause.Assignments(map[string]any{"views": gorm.Expr("group_visits.views + 1"), "updated_at": s.now.Now()}),
		}).Create(&v).Error
		if err != nil {
			return fmt.Errorf("visit of group %s: %w", no, err)
		}
		return nil
	})
}
