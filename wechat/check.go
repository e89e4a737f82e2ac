package wechat

import (
	"context"
	"errors"
	"fmt"

	"hutong/model"
)

// Check implements Client. Of the mini program it asks for an access token; of the merchant it asks for a
// payment that cannot exist, which needs a good signature, and for the certificates when those are used.
// Whether the appid is bound to the merchant, and whether the public key is the right one, only a payment
// shows.
func (c *client) Check(ctx context.Context) error {
	if _, err := c.tokens.fetch(ctx); err != nil {
		return fmt.Errorf("mini program: %w", err)
	}
	_, err := c.Transaction(ctx, "HUTONG-CHECK")
	if err != nil && !errors.Is(err, model.ErrPayNotFound) {
		return fmt.Errorf("merchant number, certificate serial or private key: %w", err)
	}
	if c.account.PublicKeyID == "" {
		if err := c.certificates.fetch(ctx); err != nil {
			return fmt.Errorf("APIv3 key or platform certificates: %w", err)
		}
	}
	return nil
}
