package simulation_test

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/testshop"
)

// houseMistakes are made at the doors and between the walls of the house.
func (h *history) houseMistakes(t *rapid.T) {
	h.forgedTokens(t)
	if todo, err := h.Operations.ToDo(h.Ctx, func(model.Permission) bool { return false }); err != nil || len(todo) > 0 {
		t.Errorf("who may see nothing is told %v, %v", todo, err)
	}
}

// forgedTokens are strangers who knock with a token that is like the keeper's, and is not.
func (h *history) forgedTokens(t *rapid.T) {
	ours := jwt.MapClaims{}
	token, _, err := jwt.NewParser().ParseUnverified(h.session, ours)
	must(t, err)
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
		must(t, err)
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
