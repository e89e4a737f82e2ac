package brand

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// PageRow is a page in the list of a shop's pages.
type PageRow struct {
	Slug      string       `json:"slug" example:"home"`
	Title     model.Text   `json:"title" doc:"As it is going to be"`
	Published int64        `json:"published" doc:"Number of the version that consumers see; 0 for none"`
	Open      bool         `json:"open" doc:"There are changes that consumers do not see yet"`
	ChangedAt model.Millis `json:"changed_at" doc:"UTC milliseconds"`
}

// PageDraft is what staff make of a page.
type PageDraft struct {
	Title   model.Text    `json:"title" doc:"By language"`
	Blocks  []model.Block `json:"blocks" maxItems:"50" doc:"From top to bottom. A draft may have blocks that are not complete; what is published may not"`
	Version int64         `json:"version" minimum:"0" doc:"Of the draft that was read: when it is not the present one any more, the answer is changed_meanwhile"`
}

// PageView is a page as staff see it: the draft, or what is published when there is no draft.
type PageView struct {
	Slug string `json:"slug" example:"home"`
	PageDraft
	Open        bool         `json:"open" doc:"There is a draft: changes that consumers do not see yet"`
	Base        int64        `json:"base" doc:"Number of the version that the draft was begun with; another one that is published by now came from elsewhere"`
	ChangedAt   model.Millis `json:"changed_at,omitempty" doc:"When the draft was changed last; UTC milliseconds"`
	ChangedBy   string       `json:"changed_by,omitempty" doc:"Name of the member of staff who did"`
	Published   int64        `json:"published" doc:"Number of the version that consumers see; 0 for none"`
	PublishedAt model.Millis `json:"published_at,omitempty" doc:"UTC milliseconds"`
	PublishedBy string       `json:"published_by,omitempty" doc:"Name of the member of staff who did"`
	Languages   []string     `json:"languages" doc:"That the shop speaks; the first is the default"`
	Named       []PageNamed  `json:"named" doc:"What the blocks name, as far as it is there"`
}

// PageNamed is something that a page leads to.
type PageNamed struct {
	Ref     string     `json:"ref" example:"product:moka-pot"`
	Title   model.Text `json:"title" doc:"By language"`
	Picture string     `json:"picture,omitempty"`
	Shown   bool       `json:"shown" doc:"Consumers see it; until then it is left out of the page"`
}

// PageRelease says which draft is to be published in the place of which version.
type PageRelease struct {
	Version   int64 `json:"version" minimum:"0" doc:"Of the draft that was read"`
	Published int64 `json:"published" minimum:"0" doc:"Number of the version that was published then"`
}

// PageDiscard says which draft is to be thrown away.
type PageDiscard struct {
	Version int64 `json:"version" minimum:"0" doc:"Of the draft that was read"`
}

// PageRestore says which version is to be the draft.
type PageRestore struct {
	Number  int64 `json:"number" minimum:"1" doc:"Of the version that is to come back"`
	Version int64 `json:"version" minimum:"0" doc:"Of the draft that was read"`
}

// PageVersionView is a version of a page in their list.
type PageVersionView struct {
	Number int64        `json:"number"`
	Blocks int          `json:"blocks" doc:"How many"`
	At     model.Millis `json:"at" doc:"UTC milliseconds"`
	By     string       `json:"by,omitempty" doc:"Name of the member of staff who published it; left out when it came with a file"`
	Now    bool         `json:"now" doc:"It is what consumers see"`
}

// PageInput is a new page.
type PageInput struct {
	Slug  string     `json:"slug" minLength:"1" maxLength:"63" pattern:"^[a-z0-9][a-z0-9-]{0,62}$" patternDescription:"small letters, digits and hyphens" doc:"In addresses; cannot be changed" example:"our-story"`
	Title model.Text `json:"title" doc:"By language; at least in the brand's first one"`
}

// Pages are the pages of the brand that ctx carries, by slug.
func (s *Service) Pages(ctx context.Context) ([]PageRow, error) {
	var all []model.Page
	if err := s.db.Read(ctx).Omit("blocks", "draft_blocks").Order("slug").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	rows := make([]PageRow, len(all))
	for i, p := range all {
		rows[i] = PageRow{p.Slug, p.Title, shown(p), p.DraftOpen, max(p.DraftAt, p.UpdatedAt)}
		if p.DraftOpen {
			rows[i].Title = p.DraftTitle
		}
	}
	return rows, nil
}

// shown is the number of the version that consumers see; 0 for none.
func shown(p model.Page) int64 {
	if !p.Published {
		return 0
	}
	return p.Version
}

// Page is a page of the brand that ctx carries; the first page can be begun where there is none. Errors:
// ErrPageNotFound.
func (s *Service) Page(ctx context.Context, slug string) (PageView, error) {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return PageView{}, database.ErrNoBrand
	}
	tx := s.db.Read(ctx)
	b, err := take(s.db.Read(ctx).Where("id = ?", brandID))
	if err != nil {
		return PageView{}, err
	}
	p, err := pageOf(tx, slug)
	if err != nil {
		return PageView{}, err
	}
	return s.pageView(tx, b, p)
}

func pageOf(tx *gorm.DB, slug string) (p model.Page, err error) {
	err = tx.Where("slug = ?", slug).Take(&p).Error
	switch {
	case database.IsNotFound(err) && slug == model.HomePage:
		return model.Page{Slug: slug}, nil
	case database.IsNotFound(err):
		return p, model.ErrPageNotFound
	case err != nil:
		return p, fmt.Errorf("page %q: %w", slug, err)
	}
	return p, nil
}

func (s *Service) pageView(tx *gorm.DB, b *model.Brand, p model.Page) (PageView, error) {
	v := PageView{
		Slug: p.Slug, Languages: b.Languages, PageDraft: PageDraft{p.Title, p.Blocks, p.DraftVersion}, Open: p.DraftOpen, Base: p.Version, Published: shown(p),
	}
	var last model.PageVersion
	if p.Version > 0 {
		err := tx.Omit("title", "blocks").Where("slug = ? AND number = ?", p.Slug, p.Version).Take(&last).Error
		if err != nil {
			return v, fmt.Errorf("version %d of page %q: %w", p.Version, p.Slug, err)
		}
	}
	names, err := staffNames(tx, p.DraftBy, last.ActorNo)
	if err != nil {
		return v, err
	}
	if p.DraftOpen {
		v.PageDraft = PageDraft{p.DraftTitle, p.DraftBlocks, p.DraftVersion}
		v.Base, v.ChangedAt, v.ChangedBy = p.DraftBase, p.DraftAt, names[p.DraftBy]
	}
	if v.Published > 0 {
		v.PublishedAt, v.PublishedBy = last.CreatedAt, names[last.ActorNo]
	}
	if v.Title == nil {
		v.Title = model.Text{}
	}
	if v.Blocks == nil {
		v.Blocks = []model.Block{}
	}
	v.Named, err = named(tx, v.Blocks, s.now.Now())
	return v, err
}

// staffNames are the names of members of staff, by number.
func staffNames(tx *gorm.DB, nos ...string) (map[string]string, error) {
	var staff []model.Staff
	if err := tx.Select("no", "name").Where("no IN ?", nos).Find(&staff).Error; err != nil {
		return nil, fmt.Errorf("names of staff: %w", err)
	}
	names := make(map[string]string, len(staff))
	for _, m := range staff {
		names[m.No] = m.Name
	}
	return names, nil
}

// AddPage begins a page with a draft that is empty. Errors: model.Errs, each with its field; ErrNameTaken at "slug";
// ErrPageLimit.
func (s *Service) AddPage(ctx context.Context, in PageInput) (PageView, error) {
	var v PageView
	_, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		c := pageChecker{languages: b.Languages}
		c.title(in.Title)
		if !pageSlug.MatchString(in.Slug) {
			c.say(model.ErrInvalid.At("slug"))
		}
		if len(c.errs) > 0 {
			return c.errs
		}
		var n int64
		if err := tx.Model(&model.Page{}).Count(&n).Error; err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		if n >= maxPages {
			return model.ErrPageLimit.With("max", strconv.Itoa(maxPages))
		}
		p := model.Page{Slug: in.Slug, DraftTitle: in.Title, DraftVersion: 1, DraftOpen: true, DraftBy: model.ActorOf(ctx).No, DraftAt: s.now.Now()}
		err := tx.Create(&p).Error
		if database.IsDuplicate(err) {
			return model.ErrNameTaken.At("slug")
		}
		if err != nil {
			return fmt.Errorf("page %q: %w", in.Slug, err)
		}
		if v, err = s.pageView(tx, b, p); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "page.add", pageSubject(in.Slug), nil, map[string]any{"title": in.Title})
	})
	return v, err
}

func pageSubject(slug string) trail.Subject { return trail.Subject{Kind: "page", No: slug} }

// SavePage keeps what staff have made of a page so far, which consumers do not see. Errors: model.Errs, each with its
// field, such as "blocks[2].text.en"; ErrPageNotFound; ErrChangedMeanwhile when it is not the version that was read.
func (s *Service) SavePage(ctx context.Context, slug string, in PageDraft) (PageView, error) {
	var v PageView
	err := s.drafting(ctx, slug, func(tx *gorm.DB, b *model.Brand, p model.Page) error {
		c := pageChecker{languages: b.Languages, draft: true}
		if c.page(in.Title, in.Blocks); len(c.errs) > 0 {
			return c.errs
		}
		in.Blocks = sanitised(in.Blocks)
		if err := s.draft(ctx, tx, &p, in); err != nil {
			return err
		}
		var err error
		v, err = s.pageView(tx, b, p)
		return err
	})
	return v, err
}

// drafting is a transaction on a draft. It holds no lock: what it writes says which version it has seen.
func (s *Service) drafting(ctx context.Context, slug string, fn func(tx *gorm.DB, b *model.Brand, p model.Page) error) error {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return database.ErrNoBrand
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		b, err := take(tx.Where("id = ?", brandID))
		if err != nil {
			return err
		}
		p, err := pageOf(tx, slug)
		if err != nil {
			return err
		}
		return fn(tx, b, p)
	})
}

// draft makes in the draft of a page. That somebody begins with one is in the audit log; what they write on the way to
// what they publish is not, for it is kept every second. Errors: ErrChangedMeanwhile.
func (s *Service) draft(ctx context.Context, tx *gorm.DB, p *model.Page, in PageDraft) error {
	actor := model.ActorOf(ctx)
	if p.ID == 0 { // the first page, for the first time
		if in.Version != 0 {
			return model.ErrChangedMeanwhile
		}
		err := tx.Create(p).Error
		if database.IsDuplicate(err) {
			return model.ErrChangedMeanwhile
		}
		if err != nil {
			return fmt.Errorf("page %q: %w", p.Slug, err)
		}
	}
	begins := !p.DraftOpen || p.DraftBy != actor.No
	if !p.DraftOpen {
		p.DraftBase = p.Version
	}
	p.DraftTitle, p.DraftBlocks, p.DraftOpen = in.Title, in.Blocks, true
	p.DraftVersion, p.DraftBy, p.DraftAt = in.Version+1, actor.No, s.now.Now()
	res := tx.Model(&model.Page{}).Where("id = ? AND draft_version = ?", p.ID, in.Version).Updates(map[string]any{
		"draft_title": p.DraftTitle, "draft_blocks": p.DraftBlocks, "draft_open": true, "draft_base": p.DraftBase,
		"draft_version": p.DraftVersion, "draft_by": p.DraftBy, "draft_at": p.DraftAt,
	})
	if res.Error != nil {
		return fmt.Errorf("draft of page %q: %w", p.Slug, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrChangedMeanwhile
	}
	if !begins {
		return nil
	}
	return trail.Write(ctx, tx, "page.draft", pageSubject(p.Slug), map[string]any{"published": p.Version}, map[string]any{"draft": p.DraftVersion})
}

// PublishPage shows consumers the draft of a page, as a new version. Errors: model.Errs, each with its block and field;
// ErrPageNotFound; ErrNothingToPublish; ErrChangedMeanwhile when it is not the draft that was read, or another version
// is published by now.
func (s *Service) PublishPage(ctx context.Context, slug string, in PageRelease) (PageView, error) {
	var v PageView
	b, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		p, err := pageOf(tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}), slug)
		if err != nil {
			return err
		}
		switch {
		case !p.DraftOpen && p.DraftVersion == in.Version:
			return model.ErrNothingToPublish
		case !p.DraftOpen: // somebody else was quicker
			return model.ErrChangedMeanwhile
		}
		c := pageChecker{languages: b.Languages}
		c.page(p.DraftTitle, p.DraftBlocks)
		if err := c.links(tx, p.DraftBlocks, s.now.Now()); err != nil {
			return err
		}
		if len(c.errs) > 0 {
			return c.errs
		}
		next, err := nextVersion(tx, slug)
		if err != nil {
			return err
		}
		// Of two who publish, and of who writes and who publishes, one is told.
		res := tx.Model(&model.Page{}).Where("id = ? AND draft_open = ? AND draft_version = ?", p.ID, true, in.Version).
			Where("CASE WHEN published THEN version ELSE 0 END = ?", in.Published).
			Updates(map[string]any{
				"title": p.DraftTitle, "blocks": p.DraftBlocks, "published": true, "version": next,
				"draft_title": model.Text{}, "draft_blocks": model.List[model.Block]{}, "draft_open": false, "draft_version": in.Version + 1,
			})
		if res.Error != nil {
			return fmt.Errorf("publish page %q: %w", slug, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrChangedMeanwhile
		}
		if err := keepVersion(ctx, tx, model.PageVersion{Slug: slug, Number: next, Title: p.DraftTitle, Blocks: p.DraftBlocks}); err != nil {
			return err
		}
		if v, err = s.released(tx, b, slug); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "page.publish", pageSubject(slug), map[string]any{"version": p.Version}, map[string]any{"version": next, "blocks": kinds(p.DraftBlocks)})
	})
	if err != nil {
		return PageView{}, err
	}
	s.forget(b)
	return v, nil
}

// kinds are what blocks show, from top to bottom.
func kinds(blocks []model.Block) []model.BlockKind {
	out := make([]model.BlockKind, len(blocks))
	for i, b := range blocks {
		out[i] = b.Kind
	}
	return out
}

// nextVersion is the number of a page's next version, after one of the same name that was removed as well.
func nextVersion(tx *gorm.DB, slug string) (int64, error) {
	var last int64
	err := tx.Model(&model.PageVersion{}).Where("slug = ?", slug).Select("COALESCE(MAX(number), 0)").Scan(&last).Error
	if err != nil {
		return 0, fmt.Errorf("versions of page %q: %w", slug, err)
	}
	return last + 1, nil
}

// keepVersion keeps what is published, so that it can come back.
func keepVersion(ctx context.Context, tx *gorm.DB, v model.PageVersion) error {
	actor := model.ActorOf(ctx)
	v.ActorKind = actor.Kind
	if actor.Kind == model.ActorStaff {
		v.ActorNo = actor.No
	}
	if err := tx.Create(&v).Error; err != nil {
		return fmt.Errorf("version %d of page %q: %w", v.Number, v.Slug, err)
	}
	return nil
}

// DiscardPage throws a draft away: the page is again what is published. Errors: ErrPageNotFound; ErrChangedMeanwhile.
func (s *Service) DiscardPage(ctx context.Context, slug string, in PageDiscard) (PageView, error) {
	var v PageView
	err := s.drafting(ctx, slug, func(tx *gorm.DB, b *model.Brand, p model.Page) error {
		res := tx.Model(&model.Page{}).Where("id = ? AND draft_open = ? AND draft_version = ?", p.ID, true, in.Version).Updates(map[string]any{
			"draft_title": model.Text{}, "draft_blocks": model.List[model.Block]{}, "draft_open": false, "draft_version": in.Version + 1,
		})
		if res.Error != nil {
			return fmt.Errorf("draft of page %q: %w", slug, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrChangedMeanwhile
		}
		gone := map[string]any{"draft": p.DraftVersion, "by": p.DraftBy, "blocks": kinds(p.DraftBlocks)}
		p.DraftOpen, p.DraftVersion = false, in.Version+1
		var err error
		if v, err = s.pageView(tx, b, p); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "page.discard", pageSubject(slug), gone, nil)
	})
	return v, err
}

// PageVersions are the versions of a page, the newest first, from below the number before; 0 begins with the newest.
// next is where to go on; 0 at the end. Errors: ErrPageNotFound.
func (s *Service) PageVersions(ctx context.Context, slug string, before int64, limit int) (views []PageVersionView, next int64, err error) {
	tx := s.db.Read(ctx)
	p, err := pageOf(tx, slug)
	if err != nil {
		return nil, 0, err
	}
	query := tx.Where("slug = ?", slug).Order("number DESC").Limit(limit + 1)
	if before > 0 {
		query = query.Where("number < ?", before)
	}
	var rows []model.PageVersion
	if err := query.Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("versions of page %q: %w", slug, err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Number
	}
	nos := make([]string, len(rows))
	for i, r := range rows {
		nos[i] = r.ActorNo
	}
	names, err := staffNames(tx, nos...)
	if err != nil {
		return nil, 0, err
	}
	views = make([]PageVersionView, len(rows))
	for i, r := range rows {
		views[i] = PageVersionView{r.Number, len(r.Blocks), r.CreatedAt, names[r.ActorNo], r.Number == shown(p)}
	}
	return views, next, nil
}

// RestorePage makes an older version of a page its draft; consumers see it once it is published. Errors:
// ErrPageNotFound, ErrPageVersionNotFound; ErrChangedMeanwhile.
func (s *Service) RestorePage(ctx context.Context, slug string, in PageRestore) (PageView, error) {
	var v PageView
	err := s.drafting(ctx, slug, func(tx *gorm.DB, b *model.Brand, p model.Page) error {
		var old model.PageVersion
		err := tx.Where("slug = ? AND number = ?", slug, in.Number).Take(&old).Error
		if database.IsNotFound(err) {
			return model.ErrPageVersionNotFound
		}
		if err != nil {
			return fmt.Errorf("version %d of page %q: %w", in.Number, slug, err)
		}
		title, blocks := spoken(b, old.Title, old.Blocks)
		if err := s.draft(ctx, tx, &p, PageDraft{title, blocks, in.Version}); err != nil {
			return err
		}
		if v, err = s.pageView(tx, b, p); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "page.restore", pageSubject(slug), map[string]any{"published": p.Version}, map[string]any{"restored": in.Number})
	})
	return v, err
}

// spoken is a title and blocks without the texts in languages that the brand does not speak any more.
func spoken(b *model.Brand, title model.Text, blocks []model.Block) (model.Text, []model.Block) {
	only := func(t model.Text) model.Text {
		out := model.Text{}
		for language, words := range t {
			if slices.Contains(b.Languages, language) {
				out[language] = words
			}
		}
		return out
	}
	blocks = slices.Clone(blocks)
	for i := range blocks {
		blocks[i].Title, blocks[i].Text = only(blocks[i].Title), only(blocks[i].Text)
	}
	return only(title), blocks
}
