package simulation_test

import (
	"context"
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testshop"
)

// houseMistakes are made at the doors and between the walls of the house.
func (h *history) houseMistakes(t *rapid.T) {
	h.forgedTokens(t)
	h.walls(t)
	if todo, err := h.Operations.ToDo(h.Ctx, func(model.Permission) bool { return false }); err != nil || len(todo) > 0 {
		t.Errorf("who may see nothing is told %v, %v", todo, err)
	}
	today := model.DayOf(model.At(h.Clock.Now()))
	for what, day := range map[string]model.Day{"today": today, "tomorrow": today.Add(1), "a day of which there is no bill any more": today.Add(-90)} {
		h.refused(t, "to reconcile "+what, h.Reconcile.Ask(h.staffCtx(), day), model.ErrOutOfRange)
	}
}

// forgedTokens are strangers who knock with a token that is like the keeper's, and is not.
func (h *history) forgedTokens(t *rapid.T) {
	ours := jwt.MapClaims{}
	token, _, err := jwt.NewParser().ParseUnverified(h.session, ours)
	goes(t, "the keeper's token", err)
	now := h.Clock.Now()
	forge := func(method jwt.SigningMethod, change func(c jwt.MapClaims)) string {
		c := jwt.MapClaims{}
		for name, value := range ours {
			c[name] = value
		}
		c["iat"], c["exp"] = now.Unix(), now.Add(time.Hour).Unix()
		change(c)
		forged := jwt.NewWithClaims(method, c)
		forged.Header["kid"] = token.Header["kid"]
		text, err := forged.SignedString([]byte(testshop.SessionKey))
		goes(t, "to forge a token", err)
		return text
	}
	same := func(jwt.MapClaims) {}
	good := forge(jwt.SigningMethodHS256, same)
	if id, err := h.Identity.Authenticate(h.Ctx, h.Row.ID, good); err != nil || id != h.keeper.UserID {
		t.Errorf("the keeper's token is user %d's, %v", id, err)
	}
	knock := func(what string, brandID int64, token string, by *model.Error) {
		_, err := h.Identity.Authenticate(h.Ctx, brandID, token)
		h.refused(t, what, err, by)
	}
	knock("a token of another brand", h.abroad.Row.ID, good, model.ErrUnauthorized)
	knock("a token that is signed by another method", h.Row.ID, forge(jwt.SigningMethodHS512, same), model.ErrUnauthorized)
	knock("a token without an end", h.Row.ID, forge(jwt.SigningMethodHS256, func(c jwt.MapClaims) { delete(c, "exp") }), model.ErrUnauthorized)
	knock("a token for the console", h.Row.ID, forge(jwt.SigningMethodHS256, func(c jwt.MapClaims) { c["aud"] = []string{"console"} }), model.ErrUnauthorized)
	knock("a token that has ended", h.Row.ID, forge(jwt.SigningMethodHS256, func(c jwt.MapClaims) { c["exp"] = now.Add(-time.Minute).Unix() }), model.ErrSessionExpired)
}

// walls are statements that the program itself would make by mistake: on another brand's rows, and on what only grows.
func (h *history) walls(t *rapid.T) {
	undone := errors.New("undone")
	try := func(what string, ctx context.Context, do func(tx *gorm.DB) *gorm.DB, by error) { //nolint:revive // what comes first in each table of mistakes
		var said error
		if err := h.DB.InTx(ctx, func(tx *gorm.DB) error { said = do(tx).Error; return undone }); !errors.Is(err, undone) {
			t.Errorf("%s: %v", what, err)
		}
		if h.seen.add("mistakes refused", 1); !errors.Is(said, by) {
			t.Errorf("%s was refused by %v, not by %v", what, said, by)
		}
	}
	var orders []model.Order
	nobody := context.WithoutCancel(t.Context())
	purge := model.WithPurge(h.Ctx)
	try("a statement without a brand", nobody, func(tx *gorm.DB) *gorm.DB { return tx.Limit(1).Find(&orders) }, database.ErrNoBrand)
	try("a row of another brand", h.Ctx, func(tx *gorm.DB) *gorm.DB {
		return tx.Create(&model.Favourite{BrandID: h.abroad.Row.ID, UserID: h.keeper.UserID, ProductID: 1})
	}, database.ErrNoBrand)
	try("a row that leaves its brand", h.Ctx, func(tx *gorm.DB) *gorm.DB {
		return tx.Model(&model.CartLine{}).Where("user_id = ?", h.keeper.UserID).Updates(map[string]any{"brand_id": h.abroad.Row.ID})
	}, database.ErrNoBrand)
	try("SQL that names no brand", h.Ctx, func(tx *gorm.DB) *gorm.DB { return tx.Raw("SELECT no FROM orders LIMIT 1").Scan(&orders) }, database.ErrNoBrand)
	try("a join that names no brand", h.Ctx, func(tx *gorm.DB) *gorm.DB {
		return tx.Model(&model.Order{}).Joins("JOIN payments p ON p.order_id = orders.id").Limit(1).Find(&orders)
	}, database.ErrNoBrand)
	try("a change of the journal", h.Ctx, func(tx *gorm.DB) *gorm.DB {
		return tx.Model(&model.JournalEntry{}).Where("id = 0").Update("kind", "x")
	}, database.ErrAppendOnly)
	try("a change of the journal by hand", h.Ctx, func(tx *gorm.DB) *gorm.DB {
		return tx.Exec("UPDATE journal_entries SET kind = 'x' WHERE brand_id = ? AND id = 0", h.Row.ID)
	}, database.ErrAppendOnly)
	try("a purge of the journal", purge, func(tx *gorm.DB) *gorm.DB {
		return tx.Model(&model.JournalEntry{}).Where("id = 0").Update("kind", "x")
	}, database.ErrAppendOnly)
	var theirs int64
	if err := h.DB.Read(h.abroad.Ctx).Model(&model.User{}).Where("id = ?", h.keeper.UserID).Or("id = ?", h.visitor.UserID).Count(&theirs).Error; err != nil || theirs > 0 {
		t.Errorf("another brand sees %d of our consumers, %v", theirs, err)
	}
}
