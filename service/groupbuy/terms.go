package groupbuy

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/order"
)

// The labels of the adjustments; each has a text in the mini program.
const (
	LabelGroup  = "group_price"
	LabelLeader = "group_leader_price"
)

// terms are what an order in a group is placed under.
type terms struct {
	campaign model.GroupCampaign
	price    model.GroupPrice // zero when the campaign has not this SKU
	group    *model.Group     // nil when the order opens one
}

// unit is what one piece costs.
func (t terms) unit() (price model.Fen, label string) {
	if t.group == nil && t.price.LeaderFen > 0 {
		return t.price.LeaderFen, LabelLeader
	}
	return t.price.PriceFen, LabelGroup
}

// termsOf loads the terms of a wish. Errors: ErrCampaignNotFound, ErrGroupNotFound.
func termsOf(tx *gorm.DB, w model.GroupWish, skuID int64) (t terms, err error) {
	if err := tx.Where("no = ?", w.Campaign).Take(&t.campaign).Error; database.IsNotFound(err) {
		return t, model.ErrCampaignNotFound.At("group.campaign")
	} else if err != nil {
		return t, fmt.Errorf("campaign %s: %w", w.Campaign, err)
	}
	err = tx.Where("campaign_id = ? AND sku_id = ?", t.campaign.ID, skuID).Take(&t.price).Error
	if err != nil && !database.IsNotFound(err) {
		return t, fmt.Errorf("price of campaign %s: %w", w.Campaign, err)
	}
	if w.Group == "" {
		return t, nil
	}
	t.group = &model.Group{}
	err = tx.Where("no = ? AND campaign_id = ?", w.Group, t.campaign.ID).Take(t.group).Error
	if database.IsNotFound(err) {
		return t, model.ErrGroupNotFound.At("group.group")
	}
	if err != nil {
		return t, fmt.Errorf("group %s: %w", w.Group, err)
	}
	return t, nil
}

// problem is why the terms are not to be had by a consumer, or nil. What others do at the same time is decided
// when the order is placed.
func (t terms) problem(tx *gorm.DB, userID int64, pieces int, now model.Millis) (*model.Error, error) {
	if !t.price.Active {
		return model.ErrNotOnSale, nil
	}
	var problem *model.Error
	if t.group == nil {
		problem = t.opens(now)
	} else {
		var err error
		if problem, err = joins(tx, t.group, userID, now); err != nil {
			return nil, err
		}
	}
	if problem != nil {
		return problem, nil
	}
	if t.price.Quota > 0 && t.price.Taken+int64(pieces) > t.price.Quota {
		return model.ErrOutOfStock, nil
	}
	return t.buyer(tx, userID, pieces)
}

func (t terms) opens(now model.Millis) *model.Error {
	if t.campaign.Status != model.CampaignRunning || now < t.campaign.StartsAt || now >= t.campaign.EndsAt {
		return model.ErrCampaignOver
	}
	return nil
}

func joins(tx *gorm.DB, g *model.Group, userID int64, now model.Millis) (*model.Error, error) {
	switch {
	case g.Status == model.GroupFormed:
		return model.ErrGroupFull, nil
	case g.Status != model.GroupOpen || g.ExpiresAt <= now || g.Paid == 0:
		return model.ErrGroupOver, nil
	}
	var seats []model.GroupSeat
	err := tx.Select("id", "user_id", "status", "expires_at").
		Where("group_id = ? AND status IN ?", g.ID, []model.SeatStatus{model.SeatReserved, model.SeatPaid}).Find(&seats).Error
	if err != nil {
		return nil, fmt.Errorf("seats of group %s: %w", g.No, err)
	}
	taken := 0
	for _, seat := range seats {
		if seat.UserID == userID {
			return model.ErrInGroup, nil
		}
		if seat.Status == model.SeatPaid || seat.ExpiresAt > now {
			taken++
		}
	}
	if taken >= g.Size {
		return model.ErrGroupFull, nil
	}
	return nil, nil
}

// buyer tells why a consumer is not one of those whom the campaign is for, or nil.
func (t terms) buyer(tx *gorm.DB, userID int64, pieces int) (*model.Error, error) {
	if t.newOnly() {
		if bought, err := hasBought(tx, userID, 0); err != nil || bought {
			return model.ErrNewOnly, err
		}
	}
	if t.campaign.UserLimit > 0 {
		held, err := heldBy(tx, t.campaign.ID, userID)
		if err != nil {
			return nil, err
		}
		if held+pieces > t.campaign.UserLimit {
			return model.ErrGroupLimit.With("max", fmt.Sprint(t.campaign.UserLimit)), nil
		}
	}
	return nil, nil
}

func (t terms) newOnly() bool {
	if t.group != nil {
		return t.group.NewOnly
	}
	return t.campaign.NewOnly
}

// hasBought tells whether a consumer has bought anything that was not given back whole, beside one order.
func hasBought(tx *gorm.DB, userID, besides int64) (bool, error) {
	var n int64
	err := tx.Model(&model.Order{}).
		Where("user_id = ? AND id <> ? AND paid_at > 0 AND refunded_fen < total_fen", userID, besides).Limit(1).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("orders of user %d: %w", userID, err)
	}
	return n > 0, nil
}

// heldBy is how many pieces of a campaign a consumer has.
func heldBy(tx *gorm.DB, campaignID, userID int64) (pieces int, err error) {
	err = tx.Model(&model.GroupSeat{}).Where("campaign_id = ? AND user_id = ? AND holding = ?", campaignID, userID, true).
		Select("COALESCE(SUM(quantity), 0)").Scan(&pieces).Error
	if err != nil {
		return 0, fmt.Errorf("pieces of user %d: %w", userID, err)
	}
	return pieces, nil
}

// Pricing gives an order in a group its price. It stands before whatever else changes prices.
type Pricing struct {
	order.Bystander
	Now model.Clock
}

// Quote implements order.Participant. Errors: ErrGroupBasket for another basket than one line of the campaign's
// product; ErrCampaignNotFound, ErrGroupNotFound.
func (p Pricing) Quote(_ context.Context, tx *gorm.DB, d *order.Draft) error {
	if d.Group == nil {
		return nil
	}
	if len(d.Lines) != 1 {
		return model.ErrGroupBasket.At("lines")
	}
	l, now := &d.Lines[0], p.Now.Now()
	t, err := termsOf(tx, *d.Group, l.SKU.ID)
	if err != nil {
		return err
	}
	if l.Problem != nil {
		return nil //nolint:nilerr // the line says it
	}
	if l.Product.ID != t.campaign.ProductID {
		return model.ErrGroupBasket.At("lines")
	}
	if l.Problem, err = t.problem(tx, d.UserID, l.Quantity, now); err != nil || l.Problem != nil {
		return err
	}
	d.PayBy = now.Add(time.Duration(t.campaign.Life) * time.Second)
	if t.group != nil {
		d.PayBy = t.group.ExpiresAt
	}
	unit, label := t.unit()
	// The SKU may have become cheaper since: nobody pays more for being together.
	d.Adjust(0, model.AdjustModel, "group_campaign:"+t.campaign.No, label, min(0, (unit-l.SKU.PriceFen).Times(l.Quantity)))
	return nil
}
