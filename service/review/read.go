package review

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/picture"
)

// Shown is a review as everybody sees it.
type Shown struct {
	No        string         `json:"no"`
	Author    string         `json:"author,omitempty" doc:"Masked; absent for who does not want to be seen"`
	Rating    int            `json:"rating" doc:"1 to 5 stars"`
	Words     string         `json:"words,omitempty"`
	Pictures  []picture.View `json:"pictures"`
	Choice    string         `json:"choice,omitempty" doc:"What exactly they bought"`
	Reply     string         `json:"reply,omitempty" doc:"The shop's"`
	Added     string         `json:"added,omitempty" doc:"What they said later"`
	AddedAt   model.Millis   `json:"added_at,omitempty"`
	CreatedAt model.Millis   `json:"created_at" doc:"UTC milliseconds"`
}

// View is a review as its author sees it.
type View struct {
	Shown
	Status      model.ReviewStatus `json:"status" enum:"checking,held,published,refused,hidden" doc:"Others see it once it is published"`
	AddedStatus model.ReviewStatus `json:"added_status,omitempty" enum:"checking,held,published,refused,hidden"`
	Handle      string             `json:"handle" doc:"The product's name in addresses"`
	Title       string             `json:"title"`
	Picture     string             `json:"picture,omitempty" doc:"The product's"`
}

// DeskView is a review as staff see it.
type DeskView struct {
	View
	Order     string       `json:"order" doc:"The order's number"`
	RepliedAt model.Millis `json:"replied_at,omitempty"`
}

// row is a review with what it is about.
type row struct {
	model.Review `gorm:"embedded"`
	Handle       string
	Title        model.Text
	Picture      string
	OrderNo      string
}

// rows are reviews with the order lines they are about.
func rows(query *gorm.DB) (out []row, err error) {
	err = query.Model(&model.Review{}).Select("reviews.*, l.handle, l.title, l.picture, o.no AS order_no").
		Joins("JOIN order_lines l ON l.brand_id = reviews.brand_id AND l.id = reviews.order_line_id").
		Joins("JOIN orders o ON o.brand_id = l.brand_id AND o.id = l.order_id").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("reviews: %w", err)
	}
	return out, nil
}

// views draws reviews for staff; an author sees a part of that, and the others a part of that again.
func views(tx *gorm.DB, all []row, languages []string) ([]DeskView, error) {
	var nos []string
	for _, r := range all {
		nos = append(nos, r.Pictures...)
	}
	shown, err := picture.Show(tx, nos)
	if err != nil {
		return nil, err
	}
	out := make([]DeskView, len(all))
	for i, r := range all {
		out[i] = DeskView{Order: r.OrderNo, RepliedAt: r.RepliedAt, View: View{
			Status: r.Status, AddedStatus: r.AddedStatus, Handle: r.Handle, Title: r.Title.In(languages...), Picture: r.Picture,
			Shown: Shown{
				No: r.No, Author: r.Author, Rating: r.Rating, Words: r.Words, Pictures: picture.Pick(shown, r.Pictures),
				Choice: r.Choice.In(languages...), Reply: r.Reply, Added: r.AddedWords, AddedAt: r.AddedAt, CreatedAt: r.CreatedAt,
			},
		}}
	}
	return out, nil
}

func atDesk(tx *gorm.DB, id int64, languages []string) (DeskView, error) {
	all, err := rows(tx.Where("reviews.id = ?", id))
	if err != nil {
		return DeskView{}, err
	}
	drawn, err := views(tx, all, languages)
	if err != nil || len(drawn) == 0 {
		return DeskView{}, err
	}
	return drawn[0], nil
}

func one(tx *gorm.DB, id int64, languages []string) (View, error) {
	v, err := atDesk(tx, id, languages)
	return v.View, err
}

// paged reads a page of a query, the newest first, and looks for one more to know whether there is another. Which they
// are the index knows; what they are about is read for those alone.
func paged(query *gorm.DB, before int64, limit int) (out []row, next int64, err error) {
	if before > 0 {
		query = query.Where("reviews.id < ?", before)
	}
	query = query.Session(&gorm.Session{}) // asked twice: a review may have been hidden in between
	var ids []int64
	err = query.Model(&model.Review{}).Order("reviews.id DESC").Limit(limit+1).Pluck("reviews.id", &ids).Error
	if err != nil {
		return nil, 0, fmt.Errorf("reviews: %w", err)
	}
	if len(ids) > limit {
		ids = ids[:limit]
		next = ids[limit-1]
	}
	if len(ids) > 0 {
		out, err = rows(query.Where("reviews.id IN ?", ids).Order("reviews.id DESC"))
	}
	return out, next, err
}

// Summary is what all think of a product.
type Summary struct {
	Count    int64    `json:"count"`
	Average  int64    `json:"average" doc:"Of the stars, in hundredths; 0 without reviews"`
	ByRating [5]int64 `json:"by_rating" doc:"How many gave one star, two, … five"`
}

// withPictures is the condition of a review that shows something.
const withPictures = "reviews.pictures <> '[]' AND reviews.pictures <> 'null'"

// Filter says which reviews of a product are listed. Its zero value does not filter.
type Filter struct {
	Rating   int // 1 to 5
	Pictures bool
}

// OfProduct is a page of what everybody may read of a product, the newest first. before is where the page before has
// ended, 0 for the first; next is 0 on the last. Errors: ErrProductNotFound.
func (s *Service) OfProduct(
	ctx context.Context, handle string, f Filter, before int64, limit int, languages ...string,
) (out []Shown, sum Summary, next int64, err error) {
	tx := s.db.Read(ctx)
	product, err := catalogue.IDOnSale(tx, handle)
	if err != nil {
		return nil, sum, 0, err
	}
	if sum, err = summary(tx, product); err != nil {
		return nil, sum, 0, err
	}
	query := tx.Where("reviews.product_id = ? AND reviews.status = ?", product, model.ReviewPublished)
	if f.Rating > 0 {
		query = query.Where("reviews.rating = ?", f.Rating)
	}
	if f.Pictures {
		query = query.Where(withPictures)
	}
	page, next, err := paged(query, before, limit)
	if err != nil {
		return nil, sum, 0, err
	}
	drawn, err := views(tx, page, languages)
	for _, v := range drawn {
		if v.AddedStatus != model.ReviewPublished {
			v.Added, v.AddedAt = "", 0
		}
		out = append(out, v.Shown)
	}
	return out, sum, next, err
}

func summary(tx *gorm.DB, product int64) (sum Summary, err error) {
	var stars []struct {
		Rating int
		N      int64
	}
	err = tx.Model(&model.Review{}).Select("rating, COUNT(*) AS n").
		Where("product_id = ? AND status = ?", product, model.ReviewPublished).Group("rating").Scan(&stars).Error
	if err != nil {
		return sum, fmt.Errorf("reviews of product %d: %w", product, err)
	}
	var total int64
	for _, s := range stars {
		sum.ByRating[s.Rating-1] = s.N
		sum.Count += s.N
		total += int64(s.Rating) * s.N
	}
	if sum.Count > 0 {
		sum.Average = (100*total + sum.Count/2) / sum.Count
	}
	return sum, nil
}

// Mine is a page of a consumer's own reviews, the newest first.
func (s *Service) Mine(ctx context.Context, userID, before int64, limit int, languages ...string) (out []View, next int64, err error) {
	tx := s.db.Read(ctx)
	page, next, err := paged(tx.Where("reviews.user_id = ? AND reviews.status <> ?", userID, model.ReviewRemoved), before, limit)
	if err != nil {
		return nil, 0, err
	}
	drawn, err := views(tx, page, languages)
	for _, v := range drawn {
		out = append(out, v.View)
	}
	return out, next, err
}

// Open is something that can be reviewed.
type Open struct {
	Order      string       `json:"order" doc:"The order's number"`
	Line       int          `json:"line" doc:"Position of the order's line, from 0"`
	Handle     string       `json:"handle"`
	Title      string       `json:"title"`
	Choice     string       `json:"choice,omitempty"`
	Picture    string       `json:"picture,omitempty"`
	ReceivedAt model.Millis `json:"received_at"`
	Until      model.Millis `json:"until" doc:"UTC milliseconds"`
}

// Open is a page of what a consumer can review, the newest first.
func (s *Service) Open(ctx context.Context, userID, before int64, limit int, languages ...string) (out []Open, next int64, err error) {
	query := s.db.Read(ctx).Model(&model.OrderLine{}).
		Select("order_lines.*, o.no AS order_no, o.received_at").
		Joins("JOIN orders o ON o.brand_id = order_lines.brand_id AND o.id = order_lines.order_id").
		Joins("LEFT JOIN reviews r ON r.brand_id = order_lines.brand_id AND r.order_line_id = order_lines.id").
		Where("o.user_id = ? AND o.received_at >= ? AND order_lines.shipped > 0 AND r.id IS NULL",
			userID, max(1, s.now.Now().Add(-reviewDays*day)))
	if before > 0 {
		query = query.Where("order_lines.id < ?", before)
	}
	var lines []struct {
		model.OrderLine `gorm:"embedded"`
		OrderNo         string
		ReceivedAt      model.Millis
	}
	if err := query.Order("order_lines.id DESC").Limit(limit + 1).Scan(&lines).Error; err != nil {
		return nil, 0, fmt.Errorf("what can be reviewed: %w", err)
	}
	if len(lines) > limit {
		lines = lines[:limit]
		next = lines[limit-1].ID
	}
	for _, l := range lines {
		out = append(out, Open{
			Order: l.OrderNo, Line: l.Position, Handle: l.Handle, Title: l.Title.In(languages...), Choice: l.Choice.In(languages...),
			Picture: l.Picture, ReceivedAt: l.ReceivedAt, Until: l.ReceivedAt.Add(reviewDays * day),
		})
	}
	return out, next, nil
}

// DeskFilter says which reviews staff see. Its zero value does not filter.
type DeskFilter struct {
	Statuses []model.ReviewStatus // of the review, or of what was added
	Rating   int
	Handle   string // the product's
	Pictures bool   // with pictures
}

// AtDesk is a page of all reviews, the newest first. Errors: ErrProductNotFound.
func (s *Service) AtDesk(ctx context.Context, f DeskFilter, before int64, limit int, languages ...string) ([]DeskView, int64, error) {
	tx := s.db.Read(ctx)
	query := tx.Where("reviews.status <> ?", model.ReviewRemoved)
	if len(f.Statuses) > 0 {
		query = query.Where("(reviews.status IN ? OR reviews.added_status IN ?)", f.Statuses, f.Statuses)
	}
	if f.Rating > 0 {
		query = query.Where("reviews.rating = ?", f.Rating)
	}
	if f.Pictures {
		query = query.Where(withPictures)
	}
	if f.Handle != "" {
		product, err := catalogue.IDOf(tx, f.Handle)
		if err != nil {
			return nil, 0, err
		}
		query = query.Where("reviews.product_id = ?", product)
	}
	page, next, err := paged(query, before, limit)
	if err != nil {
		return nil, 0, err
	}
	drawn, err := views(tx, page, languages)
	return drawn, next, err
}
