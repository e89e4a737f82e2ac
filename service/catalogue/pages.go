package catalogue

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/maypok86/otter/v2"

	"hutong/model"
)

// How old an answer from memory may be. What staff changes is seen at once, because the catalogue's version
// is part of the key; these times are for stock, which moves without a version.
const (
	refreshAfter = 20 * time.Second // the next to ask gets the old answer, and a new one is made behind it
	expireAfter  = 40 * time.Second
	loadTimeout  = 5 * time.Second
)

// pages are answers that have been encoded already.
type pages struct {
	cache *otter.Cache[pageKey, Encoding]
}

// Encoding is an answer as JSON, shared and not to be changed, with a checksum of its bytes.
type Encoding struct {
	JSON []byte
	Sum  uint64 // xxHash
}

// pageKey tells answers apart. question is a comparable struct whose type is part of it.
type pageKey struct {
	brandID  int64
	version  int64
	language string
	question any
}

func newPages(size int) *pages {
	const overhead = 256 // of an entry, beside its answer
	return &pages{otter.Must(&otter.Options[pageKey, Encoding]{
		MaximumWeight:     uint64(size),
		Weigher:           func(_ pageKey, e Encoding) uint32 { return uint32(len(e.JSON) + overhead) },
		ExpiryCalculator:  otter.ExpiryWriting[pageKey, Encoding](expireAfter),
		RefreshCalculator: otter.RefreshWriting[pageKey, Encoding](refreshAfter),
		Logger:            quiet{},
	})}
}

// quiet drops what the cache would log when making an answer again fails: the old answer expires, and the
// one who asks next gets the error.
type quiet struct{}

func (quiet) Warn(context.Context, string, error)  {}
func (quiet) Error(context.Context, string, error) {}

// Encoded is the answer to a question as JSON, from memory when it is there: at most forty seconds old, and
// never older than the brand's version. question is a small comparable struct of a type of its own, and
// tells all that the answer depends on beside brand, version and language; load makes the answer. Those who
// ask the same at the same time wait for one load.
func (s *Service) Encoded(
	ctx context.Context, brand *model.Brand, language string, question any, load func(context.Context) (any, error),
) (Encoding, error) {
	k := pageKey{brand.ID, brand.CatalogueVersion, language, question}
	return s.pages.cache.Get(ctx, k, otter.LoaderFunc[pageKey, Encoding](func(ctx context.Context, k pageKey) (Encoding, error) {
		// The others wait for this load too: it goes on when the first of them has hung up.
		ctx, cancel := context.WithTimeout(model.WithBrand(context.WithoutCancel(ctx), k.brandID), loadTimeout)
		defer cancel()
		v, err := load(ctx)
		if err != nil {
			return Encoding{}, err
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return Encoding{}, err
		}
		encoded := bytes.Clone(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
		return Encoding{encoded, xxhash.Sum64(encoded)}, nil
	}))
}
