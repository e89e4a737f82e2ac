package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
)

// shopPolicy lets a shop's page load what is ours and nothing else. uni-app writes styles into attributes;
// its icons are data, and a picture that the consumer has chosen is a blob.
const shopPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
	"img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "

// notBuilt is the page of a program without pages.
const notBuilt = "The pages of the shop are not part of this program. \"make web\" builds them (it needs Node.js), " +
	"and \"make build\" then puts them in. The API works without them.\n"

// routeShop serves the mini program for a browser: the same page at every address below /shop/{brand}/, which
// finds out by itself what it shows, and what it loads at /assets/shop/, the same for all shops.
func (a *API) routeShop() error {
	files, err := findPages(a.options.Shop)
	if err != nil {
		return fmt.Errorf("shop: %w", err)
	}
	policy := shopPolicy + strings.Join(append([]string{"'self'"}, a.options.Framers...), " ")
	page := func(c *gin.Context) { a.shopPage(c, files, policy) }
	asset := func(c *gin.Context) {
		f, ok := files[strings.TrimPrefix(c.Param("file"), "/")]
		if !ok {
			problem.Write(c.Writer, c.Request, model.ErrNotFound)
			return
		}
		f.send(c)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.engine.Handle(method, "/shop/:brand", func(c *gin.Context) {
			c.Redirect(http.StatusMovedPermanently, "/shop/"+c.Param("brand")+"/")
		})
		a.engine.Handle(method, "/shop/:brand/*path", page)
		a.engine.Handle(method, "/assets/shop/*file", asset)
	}
	return nil
}

func (a *API) shopPage(c *gin.Context, files map[string]pageFile, policy string) {
	b, err := a.options.Brand(c.Request.Context(), c.Param("brand"))
	if err == nil && b.Status != model.BrandActive {
		err = model.ErrBrandNotFound
	}
	if err != nil {
		problem.Write(c.Writer, c.Request, err)
		return
	}
	request.From(c.Request.Context()).Brand = b
	index, ok := files["index.html"]
	if !ok {
		c.String(http.StatusServiceUnavailable, notBuilt)
		return
	}
	c.Header("Content-Security-Policy", policy)
	c.Header("Referrer-Policy", "strict-origin-when-cross-origin")
	index.send(c)
}
