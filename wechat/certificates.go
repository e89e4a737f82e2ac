package wechat

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"golang.org/x/sync/singleflight"
)

// How long certificates are used before they are asked for again, and how soon after a failure, or for a
// serial that is not among them: anybody can send a notification with an invented serial.
const (
	certificatesFresh = 12 * time.Hour
	certificatesRetry = time.Minute
)

// certificates are WeChat's platform certificates for one merchant, downloaded when they are needed. The
// SDK's own manager of downloads is not used: it keeps a goroutine per process, knows merchants by number
// alone, and cannot follow when the certificates it trusts have been replaced.
type certificates struct {
	c      *client
	client *core.Client
	flight singleflight.Group

	mu    sync.RWMutex
	now   core.CertificateGetter
	tried time.Time
	got   time.Time
}

var _ core.CertificateGetter = (*certificates)(nil)

func newCertificates(c *client, signer auth.Signer) (*certificates, error) {
	// The list is not signed by a key that is known yet: what proves it is that it decrypts with the APIv3
	// key, which is authenticated encryption.
	client, err := core.NewClientWithDialSettings(context.Background(), &core.DialSettings{
		HTTPClient: c.sdk.http, Signer: signer, Validator: &validators.NullValidator{},
	})
	if err != nil {
		return nil, err
	}
	return &certificates{c: c, client: client, now: core.NewCertificateMap(nil)}, nil
}

// Get implements core.CertificateGetter.
func (k *certificates) Get(ctx context.Context, serial string) (*x509.Certificate, bool) {
	if strings.HasPrefix(serial, "PUB_KEY_ID_") {
		return nil, false // never a certificate's
	}
	if got, ok := k.kept().Get(ctx, serial); ok {
		return got, true
	}
	_ = k.refresh(ctx) // the serial stays unknown then, which is what the caller is told
	return k.kept().Get(ctx, serial)
}

// GetAll implements core.CertificateGetter.
func (k *certificates) GetAll(ctx context.Context) map[string]*x509.Certificate {
	return k.kept().GetAll(ctx)
}

// GetNewestSerial implements core.CertificateGetter. It tells WeChat which certificate we hope for.
func (k *certificates) GetNewestSerial(ctx context.Context) string {
	if k.old() {
		_ = k.refresh(ctx) // an old certificate is better than none
	}
	return k.kept().GetNewestSerial(ctx)
}

func (k *certificates) kept() core.CertificateGetter {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.now
}

func (k *certificates) old() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.c.sdk.o.Clock().Sub(k.got) > certificatesFresh
}

// refresh downloads the certificates, unless that was tried a moment ago.
func (k *certificates) refresh(ctx context.Context) error {
	k.mu.RLock()
	recent := k.c.sdk.o.Clock().Sub(k.tried) < certificatesRetry
	k.mu.RUnlock()
	if recent {
		return nil
	}
	return k.fetch(ctx)
}

// fetch downloads the certificates now; callers that come meanwhile share the download.
func (k *certificates) fetch(ctx context.Context) error {
	done := k.flight.DoChan("", func() (any, error) {
		return nil, k.c.call(context.WithoutCancel(ctx), "certificates", k.c.sdk.pay, k.download)
	})
	select {
	case r := <-done:
		return r.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (k *certificates) download(ctx context.Context, t *trip) (err error) {
	now := k.c.sdk.o.Clock()
	defer func() {
		if recover() != nil { // the SDK trusts the shape of the answer: a missing field, a nonce of another length
			err = t.unclear()
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.tried = now // not before the end: who comes meanwhile joins the download
	}()
	fresh, err := downloader.NewCertificateDownloaderWithClient(ctx, k.client, k.c.account.APIv3Key)
	var refused *core.APIError
	switch {
	case errors.As(err, &refused) && refused.Code != "":
		return payError(refused, notFoundMeaning)
	case err != nil:
		return t.unclear()
	}
	k.mu.Lock()
	k.now, k.got = fresh, now
	k.mu.Unlock()
	return nil
}
