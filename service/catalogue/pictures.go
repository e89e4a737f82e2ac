package catalogue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hutong/model"
	"hutong/service/catalogue/shopify"
)

// ownPictures is where the addresses of the shop's own pictures begin.
const ownPictures = "/media/"

// fetchTime bounds fetching the pictures of some products: what takes longer is left to another run.
const fetchTime = 45 * time.Second

// wanted is a picture of the file, and where it stands there.
type wanted struct {
	url, handle string
	line        int
}

// fetch finds out where the pictures of some products are now, by their address in the file. A picture that
// an earlier run has fetched is not fetched again; one that cannot be reached is reported and left out.
func (r *run) fetch(ctx context.Context, products []shopify.Product) (map[string]model.Picture, error) {
	all := everyPicture(products)
	found := make(map[string]model.Picture, len(all))
	known, err := r.s.knownPictures(ctx, products)
	if err != nil {
		return nil, err
	}
	if r.o.Fetch == nil {
		for _, w := range all {
			p, ok := known[w.url]
			if !ok || !r.o.lookOnly && p.URL != w.url {
				p = model.Picture{URL: w.url}
			}
			found[w.url] = p
		}
		return found, nil
	}
	missing := slices.DeleteFunc(slices.Clone(all), func(w wanted) bool {
		p, ok := known[w.url]
		if !ok && strings.HasPrefix(w.url, ownPictures) {
			p, ok = model.Picture{URL: w.url}, true
		}
		if ok {
			found[w.url] = p
			r.report.PicturesKept++
		}
		return ok
	})
	var mu sync.Mutex
	failed := map[string]error{}
	patient, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	group, fetching := errgroup.WithContext(patient)
	group.SetLimit(window)
	for _, w := range missing {
		group.Go(func() error {
			p, err := r.o.Fetch(fetching, w.url)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed[w.url] = err
				return ctx.Err()
			}
			p.Source = w.url
			found[w.url] = p
			r.report.PicturesFetched++
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, w := range missing {
		if err := failed[w.url]; err != nil {
			r.report.PicturesUnreachable++
			problem := shopify.Problem{
				Line: w.line, Handle: w.handle, Value: w.url, Reason: shopify.ReasonUnreachable, Effect: shopify.IgnoredValue, Detail: err.Error(),
			}
			r.report.add(problem)
			r.about[w.handle] = append(r.about[w.handle], problem)
		}
	}
	return found, nil
}

// everyPicture is each address once.
func everyPicture(products []shopify.Product) (all []wanted) {
	seen := map[string]bool{"": true}
	add := func(w wanted) {
		if !seen[w.url] {
			seen[w.url] = true
			all = append(all, w)
		}
	}
	for _, p := range products {
		for _, picture := range p.Pictures {
			add(wanted{picture.URL, p.Handle, picture.Line})
		}
		for _, v := range p.Variants {
			add(wanted{v.Picture, p.Handle, v.Line})
		}
	}
	return all
}

// knownPictures are those that the shop has of these products, by the address they were fetched from.
func (s *Service) knownPictures(ctx context.Context, products []shopify.Product) (map[string]model.Picture, error) {
	handles := make([]string, len(products))
	for i, p := range products {
		handles[i] = p.Handle
	}
	known := map[string]model.Picture{}
	if len(handles) == 0 {
		return known, nil
	}
	var rows []model.Product
	if err := s.db.Read(ctx).Select("id", "pictures").Where("handle IN ?", handles).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("pictures: %w", err)
	}
	for _, row := range rows {
		for _, p := range row.Pictures {
			if strings.HasPrefix(p.URL, ownPictures) {
				own := p
				own.Alt = nil
				known[p.URL] = own
			}
			if p.Source != "" {
				p.Alt = nil
				known[p.Source] = p
			}
		}
	}
	return known, nil
}
