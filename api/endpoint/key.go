package endpoint

import (
	"context"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"hutong/model"
)

// Keyed is embedded in the input of each endpoint that creates something or moves money: the same key with
// the same request has one effect and one answer. Without a good key the handler is not called.
type Keyed struct {
	IdempotencyKey string `header:"Idempotency-Key"`
}

const keyPattern = `^[A-Za-z0-9_-]{8,64}$`

var goodKey = regexp.MustCompile(keyPattern)

var keyParameter = &huma.Param{
	Name: "Idempotency-Key", In: "header", Required: true,
	Description: "Made by the caller, new for each thing to be done and the same when it is tried again: " +
		"the answer of the first request is repeated for 24 hours, and nothing is done twice.",
	Schema:  &huma.Schema{Type: huma.TypeString, Pattern: keyPattern},
	Example: "01JZQ4T7M9S8X5N2K6V3B1C0DE",
}

type keyed interface{ checkKey() error }

// checkKey tells what is wrong with the key. Errors: model.ErrKeyRequired, model.ErrKeyInvalid.
func (k Keyed) checkKey() error {
	switch {
	case k.IdempotencyKey == "":
		return model.ErrKeyRequired
	case !goodKey.MatchString(k.IdempotencyKey):
		return model.ErrKeyInvalid
	}
	return nil
}

func checkingKey[I, O any](handler func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		if err := any(in).(keyed).checkKey(); err != nil {
			return nil, err
		}
		return handler(ctx, in)
	}
}
