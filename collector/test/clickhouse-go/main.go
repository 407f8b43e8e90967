// What Grafana's ClickHouse data source does over HTTP, with the same driver: connect, ping, list, ask, stream.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"

	"github.com/ClickHouse/clickhouse-go/v2"
)

type answer struct {
	Tables    []string `json:"tables"`
	Columns   []string `json:"columns"`
	Runs      uint64   `json:"runs"`
	P95       float64  `json:"p95"`
	Streamed  int      `json:"streamed"`
	Empty     int      `json:"empty"`
	Every     []string `json:"every"`
	Attribute string   `json:"attribute"`
	Refused   string   `json:"refused"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	db := clickhouse.OpenDB(&clickhouse.Options{
		Addr:        []string{os.Getenv("ADDRESS")},
		Auth:        clickhouse.Auth{Database: "outrider", Username: "grafana", Password: os.Getenv("KEY")},
		Protocol:    clickhouse.HTTP,
		HttpUrlPath: "/clickhouse",
		Compression: &clickhouse.Compression{Method: clickhouse.CompressionGZIP},
		Settings:    clickhouse.Settings{"max_execution_time": 60},
	})
	defer db.Close()
	ctx := context.Background()
	if err := db.PingContext(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	var told answer
	var err error
	if told.Tables, err = texts(ctx, db, "SHOW TABLES"); err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`SELECT * FROM "%s"."spans" LIMIT 1`, os.Getenv("VIEWS")))
	if err != nil {
		return err
	}
	if told.Columns, err = rows.Columns(); err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, table := range told.Tables {
		count, err := drain(ctx, db, fmt.Sprintf("SELECT * FROM %s LIMIT 10", table))
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		told.Every = append(told.Every, fmt.Sprintf("%s %t", table, count > 0))
	}
	ask := "SELECT uniqExact(trace_id), quantile(0.95)(duration_ms) FROM runs WHERE start_time >= toDateTime(0)"
	if err := db.QueryRowContext(ctx, ask).Scan(&told.Runs, &told.P95); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	if told.Streamed, err = drain(ctx, db, "SELECT number, toString(number) FROM numbers(90000)"); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	if told.Empty, err = drain(ctx, db, "SELECT * FROM spans WHERE trace_id = 'none'"); err != nil {
		return fmt.Errorf("empty: %w", err)
	}
	var attributes map[string]string
	if err := db.QueryRowContext(ctx, "SELECT attributes FROM spans WHERE kind = 'llm' LIMIT 1").Scan(&attributes); err != nil {
		return fmt.Errorf("map: %w", err)
	}
	told.Attribute = attributes["team"]
	_, err = db.ExecContext(ctx, "DROP TABLE default.spans")
	told.Refused = fmt.Sprint(err)
	return json.NewEncoder(os.Stdout).Encode(told)
}

func texts(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

func drain(ctx context.Context, db *sql.DB, query string) (int, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	count := 0
	for rows.Next() {
		count++
	}
	return count, rows.Err()
}
