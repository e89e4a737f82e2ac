package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// MostDays bounds the days of one request.
const MostDays = 400

// Filter chooses days and sources; what is empty means any.
type Filter struct {
	From, To model.Day // both inclusive
	Way      string
	Channel  string
}

// period is the filter with its days filled in: to today, and thirty days. Errors: ErrInvalid at "from" and "to";
// ErrOutOfRange at "from".
func (f Filter) period(now model.Millis) (Filter, error) {
	if f.To == "" {
		f.To = model.DayOf(now)
	}
	if f.From == "" {
		f.From = f.To.Add(-29)
	}
	for field, day := range map[string]model.Day{"from": f.From, "to": f.To} {
		if _, err := model.ParseDay(string(day)); err != nil {
			return f, model.ErrInvalid.At(field)
		}
	}
	if f.From > f.To || f.days() > MostDays {
		return f, model.ErrOutOfRange.At("from").With("min", string(f.To.Add(1-MostDays))).With("max", string(f.To))
	}
	return f, nil
}

// days is how many days there are in the period.
func (f Filter) days() int { return int((f.To.Starts()-f.From.Starts())/86_400_000) + 1 }

// Sales is what was sold. What is net is not negative by nature: of an old sale the money may go back today.
type Sales struct {
	Placed       int64     `json:"placed" doc:"Orders placed"`
	Orders       int64     `json:"orders" doc:"Orders paid"`
	GMVFen       model.Fen `json:"gmv_fen" doc:"Gross merchandise value: what was paid for them, delivery included, tax not"`
	Refunds      int64     `json:"refunds" doc:"Refunds whose money has gone back"`
	RefundFen    model.Fen `json:"refund_fen" doc:"Of these, without tax"`
	NetFen       model.Fen `json:"net_fen" doc:"gmv_fen less refund_fen"`
	NewBuyers    int64     `json:"new_buyers" doc:"Consumers who paid their first order ever"`
	SecondBuyers int64     `json:"second_buyers" doc:"Consumers who paid their second: from then on they count as repeat buyers"`
}

func (s Sales) plus(r model.DailySales) Sales {
	return Sales{
		s.Placed + r.Placed, s.Orders + r.Orders, s.GMVFen + r.GMVFen, s.Refunds + r.Refunds, s.RefundFen + r.RefundFen,
		s.NetFen + r.GMVFen - r.RefundFen, s.NewBuyers + r.NewBuyers, s.SecondBuyers + r.SecondBuyers,
	}
}

// Funnel is how many different consumers got how far, each counted once a day: those of several days are added up.
type Funnel struct {
	Seen     int64 `json:"seen" doc:"Looked at a product, or got further. Who has paused their history is counted from the cart on"`
	Carted   int64 `json:"carted" doc:"Put something into the cart, or got further"`
	Ordered  int64 `json:"ordered"`
	Paid     int64 `json:"paid" doc:"Of those who ordered that day"`
	Received int64 `json:"received" doc:"Of these"`
}

// DayFigures is a day.
type DayFigures struct {
	Day model.Day `json:"day" doc:"In Shanghai"`
	Sales
	Funnel Funnel `json:"funnel" doc:"Of all sources"`
}

// SourceFigures is what was sold in one way to those who came by one channel.
type SourceFigures struct {
	Way     string `json:"way" example:"shop"`
	Channel string `json:"channel" doc:"Empty where it is not known"`
	Sales
}

// Repurchase is how many of those who have bought have bought again, since the shop opened until the end of the period.
type Repurchase struct {
	Buyers int64 `json:"buyers" doc:"Consumers with one paid order or more"`
	Again  int64 `json:"again" doc:"Of these, with two or more"`
}

// Summary is a period.
type Summary struct {
	From       model.Day       `json:"from" doc:"In Shanghai"`
	To         model.Day       `json:"to" doc:"Inclusive"`
	AsOf       model.Millis    `json:"as_of" doc:"When the last day of it was counted; today is counted every minute. 0: never"`
	Total      Sales           `json:"total"`
	Before     Sales           `json:"before" doc:"As many days before, to compare"`
	Funnel     Funnel          `json:"funnel" doc:"Of all sources"`
	Repurchase Repurchase      `json:"repurchase" doc:"Of the chosen source, where one is chosen"`
	Days       []DayFigures    `json:"days" doc:"Each day of the period"`
	Sources    []SourceFigures `json:"sources" doc:"The largest first"`
}

// Summary is the figures of a period. It reads what was counted, and no orders. Errors: ErrInvalid, ErrOutOfRange.
func (s *Service) Summary(ctx context.Context, f Filter) (Summary, error) {
	f, err := f.period(s.now.Now())
	if err != nil {
		return Summary{}, err
	}
	tx := s.db.Read(ctx)
	v := Summary{From: f.From, To: f.To, Days: make([]DayFigures, f.days()), Sources: []SourceFigures{}}
	for i := range v.Days {
		v.Days[i].Day = f.From.Add(i)
	}
	if err := v.sales(tx, f); err != nil {
		return Summary{}, err
	}
	if err := v.people(tx, f); err != nil {
		return Summary{}, err
	}
	err = f.of(tx.Model(&model.DailySales{})).Where("day <= ?", f.To).
		Select("COALESCE(SUM(new_buyers), 0) AS buyers, COALESCE(SUM(second_buyers), 0) AS again").Scan(&v.Repurchase).Error
	if err != nil {
		return Summary{}, fmt.Errorf("repurchase: %w", err)
	}
	return v, nil
}

// of chooses the sources.
func (f Filter) of(query *gorm.DB) *gorm.DB {
	if f.Way != "" {
		query = query.Where("way = ?", f.Way)
	}
	if f.Channel != "" {
		query = query.Where("channel = ?", f.Channel)
	}
	return query
}

func (v *Summary) sales(tx *gorm.DB, f Filter) error {
	before := f.From.Add(-f.days())
	var rows []model.DailySales
	if err := f.of(tx).Where("day >= ? AND day <= ?", before, f.To).Find(&rows).Error; err != nil {
		return fmt.Errorf("sales: %w", err)
	}
	at := map[source]int{}
	for _, r := range rows {
		if r.Day < f.From {
			v.Before = v.Before.plus(r)
			continue
		}
		v.Total = v.Total.plus(r)
		day := &v.Days[Filter{From: f.From, To: r.Day}.days()-1]
		day.Sales = day.plus(r)
		key := source{r.Way, r.Channel}
		i, there := at[key]
		if !there {
			i = len(v.Sources)
			at[key] = i
			v.Sources = append(v.Sources, SourceFigures{Way: r.Way, Channel: r.Channel})
		}
		v.Sources[i].Sales = v.Sources[i].plus(r)
	}
	slices.SortFunc(v.Sources, func(a, b SourceFigures) int {
		return cmp.Or(cmp.Compare(b.GMVFen, a.GMVFen), cmp.Compare(a.Way, b.Way), cmp.Compare(a.Channel, b.Channel))
	})
	return nil
}

func (v *Summary) people(tx *gorm.DB, f Filter) error {
	var rows []model.DailyPeople
	if err := tx.Where("day >= ? AND day <= ?", f.From, f.To).Order("day").Find(&rows).Error; err != nil {
		return fmt.Errorf("people: %w", err)
	}
	for _, r := range rows {
		v.AsOf = r.CountedAt
		v.Days[Filter{From: f.From, To: r.Day}.days()-1].Funnel = Funnel{r.Seen, r.Carted, r.Ordered, r.Paid, r.Received}
		v.Funnel = Funnel{
			v.Funnel.Seen + r.Seen, v.Funnel.Carted + r.Carted, v.Funnel.Ordered + r.Ordered, v.Funnel.Paid + r.Paid,
			v.Funnel.Received + r.Received,
		}
	}
	return nil
}

// Seller is a product and what was sold of it.
type Seller struct {
	Handle    string    `json:"handle" doc:"Name of the product in addresses; empty for one that is gone"`
	Title     string    `json:"title"`
	Picture   string    `json:"picture"`
	Quantity  int64     `json:"quantity" doc:"Pieces paid"`
	GMVFen    model.Fen `json:"gmv_fen" doc:"What was paid for them, without delivery and tax"`
	Returned  int64     `json:"returned" doc:"Pieces whose money has gone back"`
	RefundFen model.Fen `json:"refund_fen" doc:"For them"`
}

// BestSellers are the products of a period that sold most, by what was paid for them or by pieces. Errors: ErrInvalid,
// ErrOutOfRange.
func (s *Service) BestSellers(ctx context.Context, f Filter, byPieces bool, limit int, languages ...string) ([]Seller, error) {
	f, err := f.period(s.now.Now())
	if err != nil {
		return nil, err
	}
	tx := s.db.Read(ctx)
	by := "SUM(gmv_fen) DESC, product_id"
	if byPieces {
		by = "SUM(quantity) DESC, product_id"
	}
	var ids []int64 // first which they are: that alone is asked of all
	err = tx.Model(&model.DailyGoods{}).Where("day >= ? AND day <= ?", f.From, f.To).Group("product_id").Order(by).Limit(limit).
		Pluck("product_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return []Seller{}, err
	}
	var rows []struct {
		ProductID int64
		Seller
	}
	err = tx.Model(&model.DailyGoods{}).Where("day >= ? AND day <= ? AND product_id IN ?", f.From, f.To, ids).Group("product_id").Order(by).
		Select("product_id, SUM(quantity) AS quantity, SUM(gmv_fen) AS gmv_fen, SUM(returned) AS returned, SUM(refund_fen) AS refund_fen").
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("best sellers: %w", err)
	}
	var products []model.Product
	if err := tx.Select("id", "handle", "title", "pictures").Where("id IN ?", ids).Find(&products).Error; err != nil {
		return nil, fmt.Errorf("best sellers: %w", err)
	}
	sellers := make([]Seller, len(rows))
	for i, r := range rows {
		sellers[i] = r.Seller
		for _, p := range products {
			if p.ID == r.ProductID {
				sellers[i].Handle, sellers[i].Title = p.Handle, p.Title.In(languages...)
				if len(p.Pictures) > 0 {
					sellers[i].Picture = p.Pictures[0].URL
				}
			}
		}
	}
	return sellers, nil
}
