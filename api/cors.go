package api

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
)

// cors lets pages of the given origins call the API. They authenticate by a header, so no cookie is ever
// allowed to go along.
func cors(origins []string) gin.HandlerFunc {
	return func(c *gin.Context) {
		origin := c.Request.Header.Get("Origin")
		if origin == "" {
			return
		}
		h := c.Writer.Header()
		h.Add("Vary", "Origin")
		if !slices.Contains(origins, origin) {
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", "Content-Language, ETag, Retry-After, X-Request-Id")
		if c.Request.Method == http.MethodOptions && c.Request.Header.Get("Access-Control-Request-Method") != "" {
			h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
			h.Set("Access-Control-Allow-Headers", "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match, X-HTTP-Method-Override, X-Request-Id")
			h.Set("Access-Control-Max-Age", "7200")
			c.AbortWithStatus(http.StatusNoContent)
		}
	}
}
