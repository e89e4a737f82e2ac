package simulation_test

import (
	"bytes"
	"fmt"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/database"
	"hutong/wechat/simulator"
)

// beyond is what the shop's trade does not touch.
type beyond struct {
	stranger simulator.Merchant // a mini program with the same token and key for pushes
	firstDay model.Day          // was counted when nothing was booked yet, as each day is every ten minutes
}

func (h *history) openBeyond(t *rapid.T) {
	var err error
	h.stranger, err = h.Sim.AddMerchant(simulator.Merchant{
		PushToken: h.Merchant.PushToken, PushKey: h.Merchant.PushKey, PrivateKey: h.Merchant.PrivateKey, PlatformKey: h.Merchant.PlatformKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.firstDay = model.DayOf(model.At(h.Clock.Now()))
	if err := h.Figures.Count(h.Ctx, h.firstDay); err != nil {
		t.Fatal(err)
	}
}

// walls are statements that the program must not make: on another brand's rows, without a brand, or on what only grows.
// Each is tried as a careless change to the program would make it.
func (h *history) walls(t *rapid.T) {
	h.brandWalls(t)
	h.keptRows(t)
}

func (h *history) brandWalls(t *rapid.T) {
	theirs, nobody := h.abroad.Ctx, model.WithActor(t.Context(), model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	var mine model.Order
	h.readable(&mine, "1 = 1")
	var n int64
	for what, query := range map[string]*gorm.DB{
		"an order":         h.DB.Read(theirs).Model(&mine).Where("no = ?", mine.No),
		"all our orders":   h.DB.Read(theirs).Model(&mine).Where("brand_id = ?", h.Row.ID),
		"one or the other": h.DB.Read(theirs).Model(&mine).Where("no = ?", mine.No).Or("1 = 0"),
	} {
		if err := query.Count(&n).Error; err != nil || n != 0 {
			t.Errorf("another brand reads %s: %d, %v", what, n, err)
		}
	}
	no := database.ErrNoBrand
	h.undone(t, "a query without a brand", func(tx *gorm.DB) error { return tx.WithContext(nobody).Model(&mine).Count(&n).Error }, no)
	h.undone(t, "SQL by hand without the brand", func(tx *gorm.DB) error { return tx.Raw("SELECT COUNT(*) FROM orders").Scan(&n).Error }, no)
	h.undone(t, "a join without the brand", func(tx *gorm.DB) error {
		return tx.Model(&model.Brand{}).Joins("JOIN orders ON 1 = 1").Count(&n).Error
	}, no)
	h.undone(t, "a row for another brand", func(tx *gorm.DB) error {
		return tx.Create(&model.Category{BrandID: h.abroad.Row.ID, Slug: "walls"}).Error
	}, no)
	h.undone(t, "a row that changes hands", func(tx *gorm.DB) error {
		return tx.Model(&model.Category{}).Where("id = 0").Updates(map[string]any{"brand_id": h.abroad.Row.ID}).Error
	}, no)
	h.undone(t, "another brand's changes", func(tx *gorm.DB) error {
		for _, res := range []*gorm.DB{
			tx.WithContext(theirs).Model(&model.SKU{}).Where("id = ?", h.stable.ID).Update("price_fen", 1),
			tx.WithContext(theirs).Where("user_id = ?", h.keeper.UserID).Delete(&model.CartLine{}),
		} {
			if res.Error != nil || res.RowsAffected != 0 {
				t.Errorf("another brand has changed %d rows, %v", res.RowsAffected, res.Error)
			}
		}
		return nil
	}, nil)
}

// keptRows are those of the journal.
func (h *history) keptRows(t *rapid.T) {
	only := database.ErrAppendOnly
	change := func(tx *gorm.DB) error {
		return tx.Model(&model.Posting{}).Where("amount_fen > 0").Update("amount_fen", 1).Error
	}
	h.undone(t, "to change the journal", change, only)
	h.undone(t, "to purge the journal", func(tx *gorm.DB) error { return change(tx.WithContext(model.WithPurge(h.Ctx))) }, only)
	h.undone(t, "to delete from the journal", func(tx *gorm.DB) error { return tx.Where("id > 0").Delete(&model.JournalEntry{}).Error }, only)
	h.undone(t, "to change the journal by hand", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE journal_postings SET amount_fen = 1 WHERE brand_id = ?", h.Row.ID).Error
	}, only)
}

// strange are a notification that is encrypted as WeChat never does, properly signed, and a push for another mini
// program that has the same token and key.
func (h *history) strange(t *rapid.T) {
	body, err := h.Sim.SealNotification(h.Merchant.MchID, "MALL_TRANSACTION.SUCCESS", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	body = bytes.Replace(body, []byte("AEAD_AES_256_GCM"), []byte("AEAD_SM4_GCM"), 1)
	header, err := h.Sim.SignNotification(h.Merchant.MchID, body)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Payment.Notified(h.Ctx, header, body)
	h.refused(t, "a notification that is encrypted in another way", err, model.ErrInvalid)
	h.push(t, "a push for another mini program", h.stranger.AppID, h.Clock.Now(), nil)
}

func (h *history) wrongBills(t *rapid.T) {
	today := model.DayOf(model.At(h.Clock.Now()))
	for what, day := range map[string]model.Day{"today": today, "tomorrow": today.Add(1), "a day of long ago": today.Add(-100)} {
		h.refused(t, fmt.Sprint("to ask for the bill of ", what), h.Reconcile.Ask(h.staffCtx(), day), model.ErrOutOfRange)
	}
}
