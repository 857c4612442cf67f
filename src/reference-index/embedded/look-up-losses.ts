/** What the look-ups of this process left out, so that it can be seen. */
export interface LookUpLosses {
  /** Look-ups of terms that are too common to vote. */
  commonTerms: number;
  /** Landmarks that were not looked up, because rarer ones had used the look-up's postings up. */
  landmarks: number;
  /** Picture terms that were not looked up, because likelier ones had used the look-up's postings up. */
  terms: number;
  /** Chunks that shared a term with a picture but were beyond the bound of one look-up. */
  chunks: number;
}
