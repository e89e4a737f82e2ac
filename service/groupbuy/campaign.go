package groupbuy

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
)

// The limits of a campaign.
const (
	LeastLife   = 10 * time.Minute
	MostLife    = 7 * 24 * time.Hour
	defaultLife = 24 * time.Hour
	mostPrices  = 100
	mostPerUser = model.MaxQuantity
)

// Campaign is what staff say of a campaign.
type Campaign struct {
	Product   string       `json:"product" maxLength:"255" doc:"Handle of the product" example:"borsa-molo"`
	Prices    []PriceInput `json:"prices" minItems:"1" maxItems:"100" doc:"The SKUs that are to be had in groups"`
	Size      int          `json:"size" minimum:"2" maximum:"100" doc:"Members of a group"`
	MinSize   int          `json:"min_size,omitempty" minimum:"0" maximum:"99" doc:"So many are enough when a group's time is up, which consumers are told; 0: all are needed"`
	Life      int64        `json:"life,omitempty" minimum:"0" maximum:"604800" doc:"Of a group, in seconds, from 600; a day without it"`
	StartsAt  model.Millis `json:"starts_at" minimum:"0" doc:"Groups are opened from here; UTC milliseconds"`
	EndsAt    model.Millis `json:"ends_at" minimum:"0" doc:"… to here, exclusive"`
	UserLimit int          `json:"user_limit,omitempty" minimum:"0" maximum:"9999" doc:"Pieces for one consumer in all; 0: any number"`
	NewOnly   bool         `json:"new_only,omitempty" doc:"For those who have bought nothing here yet"`
}

// PriceInput is what one SKU costs in groups.
type PriceInput struct {
	SKUNo     string    `json:"sku" minLength:"26" maxLength:"26"`
	PriceFen  model.Fen `json:"price_fen" minimum:"1" doc:"Not more than the SKU's own price"`
	LeaderFen model.Fen `json:"leader_fen,omitempty" minimum:"0" doc:"What who opens a group pays instead; 0: the same"`
	Quota     int64     `json:"quota,omitempty" minimum:"0" maximum:"100000000" doc:"Pieces the campaign may sell; 0: as many as there are"`
}

// check refuses what no campaign can be, whatever the product. Errors: model.Errs.
func (c *Campaign) check(now model.Millis) error {
	if c.Life == 0 {
		c.Life = int64(defaultLife / time.Second)
	}
	var errs model.Errs
	within := func(field string, v, least, most int64) {
		if v < least || v > most {
			errs = append(errs, model.ErrOutOfRange.At(field).With("min", fmt.Sprint(least)).With("max", fmt.Sprint(most)))
		}
	}
	within("size", int64(c.Size), model.LeastGroupSize, model.MostGroupSize)
	if c.MinSize != 0 {
		within("min_size", int64(c.MinSize), model.LeastGroupSize, int64(max(model.LeastGroupSize, c.Size-1)))
	}
	within("life", c.Life, int64(LeastLife/time.Second), int64(MostLife/time.Second))
	within("user_limit", int64(c.UserLimit), 0, mostPerUser)
	within("prices", int64(len(c.Prices)), 1, mostPrices)
	if c.EndsAt <= c.StartsAt || c.EndsAt <= now {
		errs = append(errs, model.ErrInvalid.At("ends_at"))
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// priced are the SKUs of a campaign, by the input's order. Errors: model.Errs with ErrInvalid at a SKU that is not the
// product's or comes twice, ErrOutOfRange at a price.
func (c *Campaign) priced(tx *gorm.DB, productID int64) ([]model.SKU, error) {
	var all []model.SKU
	if err := tx.Where("product_id = ?", productID).Order("id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("skus of product %d: %w", productID, err)
	}
	byNo := make(map[string]model.SKU, len(all))
	for _, sku := range all {
		byNo[sku.No] = sku
	}
	var errs model.Errs
	skus := make([]model.SKU, len(c.Prices))
	for i, p := range c.Prices {
		sku, known := byNo[p.SKUNo]
		delete(byNo, p.SKUNo)
		skus[i] = sku
		at := fmt.Sprintf("prices[%d].", i)
		switch {
		case !known:
			errs = append(errs, model.ErrInvalid.At(at+"sku"))
		case p.PriceFen < 1 || p.PriceFen > sku.PriceFen:
			errs = append(errs, model.ErrOutOfRange.At(at+"price_fen").With("min", "1").With("max", fmt.Sprint(int64(sku.PriceFen))))
		case p.LeaderFen < 0 || p.LeaderFen > p.PriceFen:
			errs = append(errs, model.ErrOutOfRange.At(at+"leader_fen").With("min", "0").With("max", fmt.Sprint(int64(p.PriceFen))))
		case p.Quota < 0:
			errs = append(errs, model.ErrInvalid.At(at+"quota"))
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return skus, nil
}

// overlaps refuses SKUs that another campaign has in the same time. The product is locked: two campaigns that are made
// at once see each other. Errors: model.Errs with ErrCampaignOverlap.
func (c *Campaign) overlaps(tx *gorm.DB, productID, besides int64, skus []model.SKU) error {
	var others []int64
	err := tx.Model(&model.GroupPrice{}).
		Joins("JOIN group_campaigns ON group_campaigns.brand_id = group_prices.brand_id AND group_campaigns.id = group_prices.campaign_id").
		Where("group_campaigns.product_id = ? AND group_campaigns.id <> ?", productID, besides).
		Where("group_campaigns.status <> ? AND group_prices.active = ?", model.CampaignCancelled, true).
		Where("group_campaigns.starts_at < ? AND group_campaigns.ends_at > ?", c.EndsAt, c.StartsAt).
		Pluck("group_prices.sku_id", &others).Error
	if err != nil {
		return fmt.Errorf("campaigns of product %d: %w", productID, err)
	}
	taken := make(map[int64]bool, len(others))
	for _, id := range others {
		taken[id] = true
	}
	var errs model.Errs
	for i, sku := range skus {
		if taken[sku.ID] {
			errs = append(errs, model.ErrCampaignOverlap.At(fmt.Sprintf("prices[%d].sku", i)))
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// lockCampaign takes the row of a campaign, after catalogue.Changed: the brand's row, which that takes, lets campaigns be
// made and changed one after the other.
func lockCampaign(tx *gorm.DB, no string) (*model.GroupCampaign, error) {
	c, err := findCampaign(tx, no)
	if err != nil {
		return nil, err
	}
	if err := tx.Clauses(forUpdate).Where("id = ?", c.ID).Take(c).Error; err != nil {
		return nil, fmt.Errorf("campaign %s: %w", no, err)
	}
	return c, nil
}

func findCampaign(tx *gorm.DB, no string) (*model.GroupCampaign, error) {
	var c model.GroupCampaign
	if err := tx.Where("no = ?", no).Take(&c).Error; database.IsNotFound(err) {
		return nil, model.ErrCampaignNotFound
	} else if err != nil {
		return nil, fmt.Errorf("campaign %s: %w", no, err)
	}
	return &c, nil
}

// Create makes a campaign, once per key. Errors: model.Errs for the input; ErrProductNotFound; ErrCampaignOverlap at the
// SKUs that another campaign has in the same time; ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in Campaign, languages ...string) (CampaignView, error) {
	if err := in.check(s.now.Now()); err != nil {
		return CampaignView{}, err
	}
	request := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "group.campaign", Input: in}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (CampaignView, error) {
		if err := catalogue.Changed(tx); err != nil { // who makes another campaign at the same time waits here
			return CampaignView{}, err
		}
		productID, err := catalogue.IDOf(tx, in.Product)
		if err != nil {
			return CampaignView{}, err
		}
		skus, err := in.priced(tx, productID)
		if err != nil {
			return CampaignView{}, err
		}
		if err := in.overlaps(tx, productID, 0, skus); err != nil {
			return CampaignView{}, err
		}
		c := &model.GroupCampaign{No: s.newNo(), ProductID: productID, Status: model.CampaignRunning}
		in.fill(c)
		if err := tx.Create(c).Error; err != nil {
			return CampaignView{}, fmt.Errorf("campaign: %w", err)
		}
		if err := in.setPrices(tx, c.ID, skus); err != nil {
			return CampaignView{}, err
		}
		err = trail.Write(ctx, tx, "group_campaign.create", trail.Subject{Kind: "group_campaign", No: c.No}, nil, in)
		if err != nil {
			return CampaignView{}, err
		}
		return s.view(tx, c, languages)
	})
}

func (c *Campaign) fill(m *model.GroupCampaign) {
	m.Size, m.MinSize, m.Life = c.Size, c.MinSize, c.Life
	m.StartsAt, m.EndsAt, m.UserLimit, m.NewOnly = c.StartsAt, c.EndsAt, c.UserLimit, c.NewOnly
}

// setPrices writes the prices of a campaign; SKUs that it has no more stay, inactive, for the seats that name them.
func (c *Campaign) setPrices(tx *gorm.DB, campaignID int64, skus []model.SKU) error {
	err := tx.Model(&model.GroupPrice{}).Where("campaign_id = ?", campaignID).Updates(map[string]any{"active": false}).Error
	if err != nil {
		return fmt.Errorf("prices of campaign %d: %w", campaignID, err)
	}
	for i, p := range c.Prices {
		res := tx.Model(&model.GroupPrice{}).Where("campaign_id = ? AND sku_id = ?", campaignID, skus[i].ID).
			Updates(map[string]any{"active": true, "price_fen": p.PriceFen, "leader_fen": p.LeaderFen, "quota": p.Quota})
		if res.Error == nil && res.RowsAffected == 0 {
			res = tx.Create(&model.GroupPrice{
				CampaignID: campaignID, SKUID: skus[i].ID, PriceFen: p.PriceFen, LeaderFen: p.LeaderFen, Active: true, Quota: p.Quota,
			})
		}
		if res.Error != nil {
			return fmt.Errorf("prices of campaign %d: %w", campaignID, res.Error)
		}
	}
	return nil
}

// Change says anew what a campaign is; its product stays. It concerns what comes after it: groups that are open keep
// their size and their time, orders their price. Errors: those of Create; ErrCampaignNotFound; ErrWrongState when it is
// cancelled.
func (s *Service) Change(ctx context.Context, no string, in Campaign, languages ...string) (v CampaignView, err error) {
	if err := in.check(s.now.Now()); err != nil {
		return v, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := catalogue.Changed(tx); err != nil {
			return err
		}
		c, err := lockCampaign(tx, no)
		if err != nil {
			return err
		}
		if c.Status == model.CampaignCancelled {
			return model.ErrWrongState
		}
		if productID, err := catalogue.IDOf(tx, in.Product); err != nil {
			return err
		} else if productID != c.ProductID {
			return model.ErrInvalid.At("product")
		}
		skus, err := in.priced(tx, c.ProductID)
		if err != nil {
			return err
		}
		if err := in.overlaps(tx, c.ProductID, c.ID, skus); err != nil {
			return err
		}
		before, err := s.view(tx, c, languages)
		if err != nil {
			return err
		}
		in.fill(c)
		err = tx.Model(&model.GroupCampaign{}).Where("id = ?", c.ID).Updates(map[string]any{
			"size": c.Size, "min_size": c.MinSize, "life": c.Life, "starts_at": c.StartsAt, "ends_at": c.EndsAt,
			"user_limit": c.UserLimit, "new_only": c.NewOnly,
		}).Error
		if err != nil {
			return fmt.Errorf("campaign %s: %w", no, err)
		}
		if err := in.setPrices(tx, c.ID, skus); err != nil {
			return err
		}
		if v, err = s.view(tx, c, languages); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "group_campaign.change", trail.Subject{Kind: "group_campaign", No: no}, before.terms(), v.terms())
	})
	return v, err
}

// Pause lets nobody open groups of a campaign for now; those that are open go on. Errors: ErrCampaignNotFound;
// ErrWrongState when it is cancelled.
func (s *Service) Pause(ctx context.Context, no string, languages ...string) (CampaignView, error) {
	return s.move(ctx, no, model.CampaignPaused, nil, languages)
}

// Resume lets groups of a paused campaign be opened again. Errors: those of Pause.
func (s *Service) Resume(ctx context.Context, no string, languages ...string) (CampaignView, error) {
	return s.move(ctx, no, model.CampaignRunning, nil, languages)
}

// Cancel ends a campaign for good: its open groups are cancelled, and who has paid in them gets the money back. Those
// that have formed stay. Errors: ErrCampaignNotFound.
func (s *Service) Cancel(ctx context.Context, no string, languages ...string) (CampaignView, error) {
	return s.move(ctx, no, model.CampaignCancelled, func(tx *gorm.DB, c *model.GroupCampaign) error {
		// Who takes pieces of these prices at the same time is before this, and the job sees the group, or is refused.
		err := tx.Model(&model.GroupPrice{}).Where("campaign_id = ?", c.ID).Updates(map[string]any{"active": false}).Error
		if err != nil {
			return fmt.Errorf("prices of campaign %s: %w", no, err)
		}
		return job.Enqueue(tx, JobCancel, c.No, campaignPayload{c.ID}, s.now.Now())
	}, languages)
}

// move moves a campaign; where it is already, nothing happens.
func (s *Service) move(
	ctx context.Context, no string, to model.CampaignStatus, also func(*gorm.DB, *model.GroupCampaign) error, languages []string,
) (v CampaignView, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := catalogue.Changed(tx); err != nil {
			return err
		}
		c, err := lockCampaign(tx, no)
		if err != nil {
			return err
		}
		if c.Status == to {
			v, err = s.view(tx, c, languages)
			return err
		}
		columns := map[string]any{"status": to}
		if to == model.CampaignCancelled {
			c.EndedAt = s.now.Now()
			columns["ended_at"] = c.EndedAt
		}
		moved, err := change[model.GroupCampaign](tx, c.ID, columns, "status IN ?", model.CampaignFlow[to])
		if err == nil && !moved {
			err = model.ErrWrongState
		}
		if err != nil {
			return err
		}
		before := c.Status
		c.Status = to
		if also != nil {
			if err := also(tx, c); err != nil {
				return err
			}
		}
		if v, err = s.view(tx, c, languages); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "group_campaign."+string(to), trail.Subject{Kind: "group_campaign", No: no},
			map[string]any{"status": before}, map[string]any{"status": to})
	})
	return v, err
}

// CancelGroup ends an open group: who has paid in it gets the money back. Errors: ErrGroupNotFound; ErrWrongState when
// it has ended.
func (s *Service) CancelGroup(ctx context.Context, no string, languages ...string) (v DeskGroup, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		g, err := findGroup(tx, no)
		if err != nil {
			return err
		}
		if g, err = lock(tx, g.ID); err != nil {
			return err
		}
		if g.Status != model.GroupOpen {
			return model.ErrWrongState
		}
		if err := fail(tx, g, model.GroupCancelled, reasonCancelled, s.now.Now()); err != nil {
			return err
		}
		err = trail.Write(ctx, tx, "group.cancel", trail.Subject{Kind: "group", No: no},
			map[string]any{"status": model.GroupOpen, "paid": g.Paid}, map[string]any{"status": g.Status})
		if err != nil {
			return err
		}
		v, err = deskGroup(tx, *g, languages)
		return err
	})
	return v, err
}

func findGroup(tx *gorm.DB, no string) (*model.Group, error) {
	var g model.Group
	if err := tx.Where("no = ?", no).Take(&g).Error; database.IsNotFound(err) {
		return nil, model.ErrGroupNotFound
	} else if err != nil {
		return nil, fmt.Errorf("group %s: %w", no, err)
	}
	return &g, nil
}
