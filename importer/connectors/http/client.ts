/** What every call to an HRIS goes through. */

export interface ApiRequest {
  readonly url: string
  /** Default GET, or POST where there is a form or JSON. */
  readonly method?: 'GET' | 'POST'
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as `application/json`. */
  readonly json?: unknown
  /** Whether sending it twice does what sending it once does; default only GET. */
  readonly isRepeatable?: boolean
  readonly signal?: AbortSignal
}

/** An answer that says something: success, or a refusal that asking again would not change. */
export interface ApiAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface ApiClient {
  /**
   * Sends, waits where the API wants it, tries again where that may help, and gives up in time. Throws `API_RATE`,
   * `API_UNREACHABLE`, `API_PARTIAL`, and `API_AUTH` where the API has refused so often that it is not asked.
   */
  send(request: ApiRequest): Promise<ApiAnswer>
}
