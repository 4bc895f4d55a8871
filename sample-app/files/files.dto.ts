import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBase64, IsNotEmpty, IsOptional, IsString, Matches } from 'class-validator';
import { EventDto } from '../http/event.dto.js';
import { AfterDto } from '../projections/after.dto.js';
import type { FileEntry } from './file-tree.js';

const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const COMMIT_ID_MESSAGE = { message: '$property must be a full commit id: 40 (or 64) hexadecimal digits' };

export class TreeQueryDto extends AfterDto {
  @ApiPropertyOptional({ description: 'A full commit id; by default the last one that the read model has' })
  @IsOptional()
  @Matches(COMMIT_ID, COMMIT_ID_MESSAGE)
  commit?: string;
}

export class HistoryQueryDto {
  @ApiPropertyOptional({ example: 'README.md', description: 'From the root of the repository' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  path?: string;

  @ApiPropertyOptional({
    description: 'Instead of `path`, for one that is not UTF-8',
    example: 'UkVBRE1FLm1k',
  })
  @IsOptional()
  @IsNotEmpty()
  @IsBase64()
  pathBase64?: string;

  @ApiPropertyOptional({ description: 'Its oldest commit; by default the repository given at start' })
  @IsOptional()
  @Matches(COMMIT_ID, COMMIT_ID_MESSAGE)
  repository?: string;
}

export class FileDto {
  @ApiProperty({ example: '100644' })
  mode!: string;

  @ApiProperty({ enum: ['blob', 'commit'], description: '`commit` is a submodule' })
  type!: 'blob' | 'commit';

  @ApiProperty({ example: 'ce013625030ba8dba906f756967f9e9ca394464a' })
  blob!: string;

  @ApiProperty({ example: 'README.md' })
  path!: string;

  @ApiPropertyOptional({ description: 'The path itself, where it is not UTF-8' })
  pathBase64?: string;

  static of({ mode, type, blob, path }: FileEntry): FileDto {
    const { text, bytes } = path;
    return { mode, type, blob, path: text, ...(bytes && { pathBase64: bytes.toString('base64') }) };
  }
}

export class TreeDto {
  @ApiProperty({ description: 'The full commit id' })
  commit!: string;

  @ApiProperty({ type: [FileDto], description: 'Sorted as `git ls-tree -r` does' })
  files!: FileDto[];
}

export class FileHistoryDto {
  @ApiProperty({ example: 'README.md' })
  path!: string;

  @ApiProperty({ type: [EventDto], description: 'Oldest first' })
  events!: EventDto[];
}
